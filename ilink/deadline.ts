import type { Clock } from './clock';

/** Aborts when the time is over or the caller's signal aborts, and takes its listener off the caller's signal again. */
export class Deadline {
  private controller: AbortController | undefined;
  private aborted: { reason: unknown } | undefined;
  private cancelTimer: () => void = () => undefined;
  private cancelGrace: () => void = () => undefined;
  private over = false;
  passed = false;
  /** How long the exchange may go on after the caller's signal aborted or the time was over. */
  graceMs = 0;
  /** Told when it aborts, once: a signal and its listeners cost a small request a tenth of its time. */
  onAbort: ((reason: unknown) => void) | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly timeoutMs: number,
    private readonly outer?: AbortSignal,
    /** What has arrived when `outer` aborts or the time is over is looked at before that counts. */
    private readonly looksFirst = false,
  ) {
    this.restart();
    if (outer?.aborted) this.abort(outer.reason);
    outer?.addEventListener('abort', this.onOuterAbort, { once: true });
  }

  /** Made for whoever asks for it. */
  get signal(): AbortSignal {
    this.controller ??= new AbortController();
    if (this.aborted) this.controller.abort(this.aborted.reason);
    return this.controller.signal;
  }

  private abort(reason?: unknown): void {
    if (this.aborted) return;
    this.aborted = { reason };
    this.controller?.abort(reason);
    this.onAbort?.(reason);
  }

  /** The time starts anew. */
  restart(): void {
    this.cancelTimer();
    this.cancelTimer = this.clock.after(this.timeoutMs, () => {
      // A process that stood still finds its time over before it has looked whether the answer came meanwhile.
      if (this.looksFirst) lookFirst(() => this.timeIsOver());
      else this.timeIsOver();
    });
  }

  private timeIsOver(): void {
    if (this.over) return;
    const abort = (): void => {
      this.passed = true;
      this.abort();
    };
    if (this.graceMs === 0) abort();
    else this.cancelGrace = this.clock.after(this.graceMs, abort);
  }

  /** The time stands still until {@link restart}. */
  pause(): void {
    this.cancelTimer();
  }

  clear(): void {
    this.over = true;
    this.cancelTimer();
    this.cancelGrace();
    this.outer?.removeEventListener('abort', this.onOuterAbort);
  }

  private readonly onOuterAbort = (): void => {
    if (this.looksFirst) lookFirst(() => this.endSoon());
    else this.endSoon();
  };

  private endSoon(): void {
    if (this.over) return;
    const abort = (): void => this.abort(this.outer?.reason);
    if (this.graceMs === 0) abort();
    else this.cancelGrace = this.clock.after(this.graceMs, abort);
  }
}

/** Between the two, Node reads all of its sockets once. */
function lookFirst(then: () => void): void {
  setImmediate(() => setImmediate(then));
}
