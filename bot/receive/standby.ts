import { sleep, type Clock } from '../../ilink/clock';

/** The pause of a process that waits for the one that polls to leave. It ends early when that one says that it does. */
export class Standby {
  private isFree = false;
  private wake: () => void = () => undefined;

  constructor(private readonly clock: Clock) {}

  /** To be called before the lease is tried: that answers what was said until now. */
  begin(): void {
    this.isFree = false;
  }

  /** The lease was given back, perhaps while it was tried. */
  hearRelease(): void {
    this.isFree = true;
    this.wake();
  }

  async wait(pauseMs: number, signal: AbortSignal): Promise<void> {
    if (this.isFree) return;
    const woken = new AbortController();
    this.wake = () => woken.abort();
    signal.addEventListener('abort', this.wake, { once: true });
    await sleep(this.clock, pauseMs, woken.signal);
    signal.removeEventListener('abort', this.wake);
  }
}
