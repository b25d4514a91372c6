import type { Health, ReceiverState } from '../../../bot/receive/receiver';
import type { Clock } from '../../../ilink/clock';
import { wordsOf } from '../texts';

/** Where is noted what a person was told, so that a restart or another process does not say it again. */
export interface ToldRecord {
  /** @returns whether it is new; not when the same was told already */
  begin(trouble: ToldTrouble): Promise<boolean>;
  /** Forgets it. @returns what was told, for the one who forgets it first */
  end(): Promise<ToldTrouble | undefined>;
}

export interface ToldTrouble {
  /** Two troubles with the same name are told once. */
  name: string;
  /** Milliseconds since 1970. */
  since: number;
}

export interface TroubleDeps {
  clock: Clock;
  /** How long a fault that may pass by itself has to last until it is told. */
  afterMs: number;
  told: ToldRecord;
  /** A trouble is to be told. */
  onTrouble(health: Health): void;
  /** A trouble that was told is over. */
  onOver(trouble: ToldTrouble): void;
}

/** These do not pass by themselves, so they are told at once. */
const CERTAIN: ReadonlySet<ReceiverState> = new Set(['suspect', 'login_needed', 'taken_over', 'cannot_keep']);

/**
 * What a person is told of a connection: a fault when it lasts, and its end only if it was told. One that passes is not worth an
 * execution.
 */
export class Troubles {
  private current: ToldTrouble | undefined;
  /** What was told and could not be written down, for example because the disk is what it is about. */
  private unwritten: ToldTrouble | undefined;
  private cancelTimer: (() => void) | undefined;
  /** What was said is written down one after another. */
  private steps: Promise<void> = Promise.resolve();

  constructor(private readonly deps: TroubleDeps) {}

  /** How the connection is now. */
  changed(health: Health): void {
    if (health.state === 'connected') return this.over();
    if (CERTAIN.has(health.state)) return this.tell(health);
    if (health.state === 'retrying') this.tellLater(health);
    else this.stopWaiting();
  }

  /** Tells nothing more. */
  close(): void {
    this.stopWaiting();
  }

  /** Resolved when everything that was begun has happened. */
  get settled(): Promise<void> {
    return this.steps;
  }

  private tellLater(health: Health): void {
    // What needs a person is not over because the network fails, too.
    if (this.current || this.cancelTimer) return;
    const leftMs = Math.max(0, health.since + this.deps.afterMs - this.deps.clock.now());
    this.cancelTimer = this.deps.clock.after(Math.min(leftMs, this.deps.afterMs), () => {
      this.cancelTimer = undefined;
      this.tell(health);
    });
  }

  private tell(health: Health): void {
    this.stopWaiting();
    const trouble = { name: wordsOf(health.error)?.message ?? health.state, since: health.since };
    if (this.current?.name === trouble.name) return;
    this.current = trouble;
    this.step(async () => {
      const isNew = await this.deps.told.begin(trouble).catch(() => {
        this.unwritten = trouble;
        return true;
      });
      if (isNew) this.deps.onTrouble(health);
    });
  }

  private over(): void {
    this.stopWaiting();
    this.current = undefined;
    this.step(async () => {
      const written = await this.deps.told.end().catch(() => undefined);
      const told = this.unwritten ?? written;
      this.unwritten = undefined;
      if (told) this.deps.onOver(told);
    });
  }

  private stopWaiting(): void {
    this.cancelTimer?.();
    this.cancelTimer = undefined;
  }

  private step(action: () => Promise<void>): void {
    this.steps = this.steps.then(action).catch(() => undefined);
  }
}

/** In memory, for what nobody else has to know. */
export function toldHere(): ToldRecord {
  let told: ToldTrouble | undefined;
  return {
    begin: async (trouble) => {
      const isNew = told?.name !== trouble.name;
      told = trouble;
      return isNew;
    },
    end: async () => {
      const before = told;
      told = undefined;
      return before;
    },
  };
}
