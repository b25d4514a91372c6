/** Ends an alarm that has not rung yet. Calling it twice, or after it rang, does nothing. */
export type CancelAlarm = () => void;

interface Alarm {
  dueMs: number;
  ring: () => void;
  timer?: NodeJS.Timeout;
}

/** Node clamps a longer timer to 1 ms, so an alarm that is further away is set in steps of this length. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Real time plus an offset that a test can push forward. Everything in the emulator that expires (window, QR code,
 * ticket, typing, the hold of a poll) reads this clock, so that a day passes without anybody sleeping.
 */
export class EmulatorClock {
  private offsetMs = 0;
  private readonly alarms = new Set<Alarm>();

  /** @param realNow where real time comes from, in ms since the epoch */
  constructor(private readonly realNow: () => number = Date.now) {}

  /** Emulator time in ms since the epoch. */
  now(): number {
    return this.realNow() + this.offsetMs;
  }

  /** Moves the clock forward by `ms` and rings, before it returns and in order, every alarm that became due. */
  advance(ms: number): void {
    if (!Number.isFinite(ms) || ms < 0)
      throw new RangeError('The clock can only be moved forward, by a number of ms');
    this.offsetMs += ms;
    const due = [...this.alarms].filter((alarm) => alarm.dueMs <= this.now());
    for (const alarm of due.sort((a, b) => a.dueMs - b.dueMs)) this.ring(alarm);
    // The rest is nearer than its timer believes.
    for (const alarm of this.alarms) this.arm(alarm);
  }

  /** Calls `ring` once when the clock has reached now + `delayMs`, by waiting or by `advance`. */
  in(delayMs: number, ring: () => void): CancelAlarm {
    const alarm: Alarm = { dueMs: this.now() + delayMs, ring };
    this.alarms.add(alarm);
    this.arm(alarm);
    return () => this.remove(alarm);
  }

  /** Forgets all alarms: nothing rings any more. */
  stop(): void {
    for (const alarm of this.alarms) this.remove(alarm);
  }

  private arm(alarm: Alarm): void {
    clearTimeout(alarm.timer);
    const leftMs = Math.max(0, alarm.dueMs - this.now());
    const step = Math.min(leftMs, LONGEST_TIMER_MS);
    // unref: an expiry that nobody waits for must not keep a process alive; the listening sockets do that.
    alarm.timer = setTimeout(() => (step < leftMs ? this.arm(alarm) : this.ring(alarm)), step).unref();
  }

  private ring(alarm: Alarm): void {
    // An alarm that rang earlier in the same `advance` may have cancelled this one.
    if (!this.alarms.has(alarm)) return;
    this.remove(alarm);
    alarm.ring();
  }

  private remove(alarm: Alarm): void {
    clearTimeout(alarm.timer);
    this.alarms.delete(alarm);
  }
}
