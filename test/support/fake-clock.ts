import type { Clock } from '../../ilink/clock';

/** A clock that stands still until the test moves it. */
export class FakeClock implements Clock {
  private readonly timers = new Set<{ at: number; callback: () => void }>();

  constructor(private time = 1_700_000_000_000) {}

  now(): number {
    return this.time;
  }

  after(delayMs: number, callback: () => void): () => void {
    const timer = { at: this.time + delayMs, callback };
    this.timers.add(timer);
    return () => this.timers.delete(timer);
  }

  /** How many calls are still to come. */
  get pending(): number {
    return this.timers.size;
  }

  /** Nothing that was asked for will happen: as if its process had died. */
  cancelAll(): void {
    this.timers.clear();
  }

  /** When the next call comes, in milliseconds from now. */
  get nextInMs(): number | undefined {
    const times = [...this.timers].map(({ at }) => at - this.time);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** Somebody sets the machine's clock: the time is another at once, and what waits goes on waiting as long as before. */
  set(byMs: number): void {
    this.time += byMs;
    for (const timer of this.timers) timer.at += byMs;
  }

  /** Moves the time on, and lets everything happen that falls due, in order, with what it starts in turn. */
  async advance(byMs: number): Promise<void> {
    await settle();
    const until = this.time + byMs;
    for (;;) {
      const due = [...this.timers].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
      if (!due) break;
      this.timers.delete(due);
      this.time = Math.max(this.time, due.at);
      due.callback();
      await settle();
    }
    this.time = until;
    await settle();
  }
}

/** A clock whose calls come within the turn in which they are fired: nothing can happen before them. */
export class SteppedClock implements Clock {
  private readonly callbacks = new Set<() => void>();

  now(): number {
    return 0;
  }

  after(_delayMs: number, callback: () => void): () => void {
    this.callbacks.add(callback);
    return () => this.callbacks.delete(callback);
  }

  fire(): void {
    for (const callback of [...this.callbacks]) {
      this.callbacks.delete(callback);
      callback();
    }
  }
}

/** Lets promises that are ready run their continuations. */
export async function settlePromises(): Promise<void> {
  for (let i = 0; i < 60; i++) await Promise.resolve();
}

/** The same, with what is done at the end of a turn of the event loop. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) {
    await settlePromises();
    await new Promise((resolve) => setImmediate(resolve));
  }
}
