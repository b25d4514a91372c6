import { spreadMs, type Jitter } from '../../../ilink/backoff';
import type { ReceiverState } from '../../../bot/receive/receiver';

/** While all is well, on average. */
const CALM_MS = 10 * 60_000;
const AROUND: Jitter = { from: 0.5, to: 1.5 };
/** When an edit is what is waited for. Also how often {@link CredentialWatch.isDue} is asked. */
export const LOOK_MS = 10_000;
/** n8n takes 44 ms of processor time to read one credential. All triggers in trouble together take no more than this allows. */
const APART_MS = 600;

/** Here everything works, or what fails is not for a credential to repair. */
const CALM: ReadonlySet<ReceiverState> = new Set(['connecting', 'connected', 'cannot_keep']);

/** Those of one process that look often. */
export type Hurried = Set<CredentialWatch>;

export interface WatchDeps {
  /** Milliseconds since 1970. */
  now: () => number;
  /** A number from 0 up to 1, so that triggers that were started together do not look together. */
  random: () => number;
  hurried: Hurried;
  /** Whether somebody looks at it now, who would wait for it. */
  isTest: boolean;
}

/**
 * Says when a trigger reads its credential again, which n8n tells nobody that it was edited: rarely while all is well, every ten seconds
 * once the token is refused or the server cannot be reached, and at the next question when a login of ours has written it.
 */
export class CredentialWatch {
  private since: number;
  private share: number;
  private isCalm = true;
  private unread = false;
  /** What the store says of the last login that wrote it. */
  private saved: string | undefined;

  constructor(private readonly deps: WatchDeps) {
    this.since = deps.now();
    this.share = deps.random();
  }

  /** The state of the connection is this now. */
  changed(state: ReceiverState): void {
    const isCalm = CALM.has(state);
    if (isCalm === this.isCalm) return;
    this.isCalm = isCalm;
    this.begin();
  }

  /**
   * Whether to read it now; then the next time is reckoned from here.
   *
   * @param saved differs from the one of before when a login has written the credential; undefined when that is not known
   */
  isDue(saved: string | undefined): boolean {
    const isSaved = saved !== undefined && saved !== this.saved;
    if (isSaved) this.saved = saved;
    if (!isSaved && !this.isTime) return false;
    this.begin();
    return true;
  }

  /** Whether it could be read. One that could not, half-typed for example, is looked at again soon. */
  wasRead(ok: boolean): void {
    this.unread = !ok;
    this.count();
  }

  close(): void {
    this.deps.hurried.delete(this);
  }

  private get isHurried(): boolean {
    return !this.isCalm || this.unread || this.deps.isTest;
  }

  private get isTime(): boolean {
    const { now, hurried } = this.deps;
    const everyMs = this.isHurried ? Math.max(LOOK_MS, hurried.size * APART_MS) : CALM_MS;
    return everyMs <= LOOK_MS || now() - this.since >= spreadMs(everyMs, AROUND, this.share);
  }

  private begin(): void {
    this.since = this.deps.now();
    this.share = this.deps.random();
    this.count();
  }

  private count(): void {
    if (this.isHurried) this.deps.hurried.add(this);
    else this.deps.hurried.delete(this);
  }
}
