import type { EventEmitter } from 'node:events';

/** How often the process says that it lives, in its own time: one that gets no turn from the machine says nothing. */
export const TICK_MS = 100;
/** So much of its own time a process has for the next step. A step takes milliseconds. */
const MOST_TICKS = 300;
/** So often messages are written until a process must have come to its step: the fourth passing of a step is the last one meant. */
const MOST_BURSTS = 100;

/**
 * Gives up on a process that does not come to where it should. It counts what the process did, never the time that passed:
 * on a busy machine a process that is all right takes any time.
 */
export class Patience {
  private ticks = 0;
  private bursts = 0;
  private ended = false;

  /** @param victim sends `tick` every {@link TICK_MS} of its own time */
  constructor(
    victim: Pick<EventEmitter, 'on'>,
    private readonly complaint: string,
    private readonly mostBursts = MOST_BURSTS,
  ) {
    victim.on('message', (message: unknown) => {
      if (message === 'tick') this.ticks++;
    });
    victim.on('exit', () => (this.ended = true));
  }

  /** Messages were written for the process. */
  progressed(): void {
    this.ticks = 0;
    this.bursts++;
  }

  /** @throws when the process has had its chances, or has ended */
  check(): void {
    if (this.ended) throw new Error(`${this.complaint}, and has ended`);
    if (this.ticks > MOST_TICKS)
      throw new Error(`${this.complaint}, and nothing has happened for ${MOST_TICKS} ticks`);
    if (this.bursts > this.mostBursts) throw new Error(`${this.complaint} within ${this.mostBursts} replies`);
  }
}
