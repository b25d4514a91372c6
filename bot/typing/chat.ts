import type { Clock } from '../../ilink/clock';
import { ILinkError, ILinkNetworkError } from '../../ilink/errors';
import type { IndicatorOptions, TypingIndicator } from './indicator';
import type { Report } from '../report';

/** The indicator dies after about five seconds; this leaves one for a slow connection. */
const REPEAT_MS = 4_000;
/** Ten photos that somebody sends at once are answered at once, and one request shows typing for all of them. */
const FRESH_MS = 1_000;

export interface TypingDeps {
  indicator: Pick<TypingIndicator, 'show' | 'hide'>;
  clock: Clock;
  report: Report;
}

export interface KeepAliveOptions {
  contextToken?: string;
  /** When it ends at the latest, in milliseconds from now. */
  timeoutMs: number;
  /** Ends it when it aborts, and with it the request that shows it first. */
  signal?: AbortSignal;
}

/** Somebody's wish that typing is shown. It ends by itself when its time is over or a message was sent. */
export interface RetainedTyping {
  /** When the indicator was shown first. Rejects with an ILinkError when it could not be; it is over then. */
  shown: Promise<void>;
  /** When it ends at the latest. Milliseconds since 1970. */
  endsBy: number;
  /** Ends it; the indicator is hidden when nobody else uses it. Does nothing when it is over. */
  release(): void;
}

/** Who asks: somebody who sees when it fails is patient. */
interface Asking {
  signal?: AbortSignal | undefined;
  isPatient?: boolean;
}

interface TypingUse {
  until: number;
  /** Takes the listener off the signal. */
  forget(): void;
}

/**
 * "Typing…" as one user sees it: kept alive as long as anybody uses it, with one timer, however many do. Its requests go out
 * one after another, because a hiding that overtakes a showing would leave the indicator behind.
 */
export class TypingChat {
  private readonly uses = new Set<TypingUse>();
  private cancelTimer: () => void = () => undefined;
  private turns: Promise<void> = Promise.resolve();
  private queued = 0;
  /** When the server was last asked to show it; nothing when it cannot be on the phone. */
  private askedAt: number | undefined;
  /** The same, and it did. */
  private shownAt: number | undefined;
  private contextToken: string | undefined;
  private told = false;

  /** @param idle called whenever nothing is held or under way any more */
  constructor(
    private readonly userId: string,
    private readonly deps: TypingDeps,
    private readonly idle: () => void,
  ) {}

  /** Whether anybody uses it. */
  get isRetained(): boolean {
    return this.uses.size > 0;
  }

  /** Shows it once. @throws ILinkError */
  show(contextToken?: string, signal?: AbortSignal): Promise<void> {
    this.learn(contextToken);
    return this.inTurn(() => this.showNow({ signal, isPatient: true }));
  }

  /** Shows it, and goes on until it is over. */
  keepAlive({ contextToken, timeoutMs, signal }: KeepAliveOptions): RetainedTyping {
    this.learn(contextToken);
    const release = (): void => this.end([use]);
    const forget = (): void => signal?.removeEventListener('abort', release);
    const use = { until: this.deps.clock.now() + timeoutMs, forget };
    signal?.addEventListener('abort', release, { once: true });
    this.uses.add(use);
    const shown = this.inTurn(() => this.showFirst(use, signal));
    return { shown, endsBy: use.until, release };
  }

  /** Ends everybody's use of it, and hides it. @throws ILinkError */
  hide(contextToken?: string, signal?: AbortSignal): Promise<void> {
    this.learn(contextToken);
    this.drop(this.uses);
    return this.inTurn(() => this.hideNow({ signal, isPatient: true }));
  }

  /** Ends everybody's use of it, because the user has a message now. In the background: it must not hold up a send. */
  messageSent(): void {
    this.end(this.uses);
  }

  /** Ends everything without a word to the server. */
  close(): void {
    this.askedAt = undefined;
    this.drop(this.uses);
    this.leave();
  }

  private async showFirst(use: TypingUse, signal?: AbortSignal): Promise<void> {
    const { shownAt } = this;
    const isFresh = shownAt !== undefined && this.deps.clock.now() - shownAt < FRESH_MS;
    try {
      signal?.throwIfAborted();
      if (isFresh) this.repeatLater(shownAt);
      else if (this.uses.has(use)) await this.showNow({ signal, isPatient: true });
    } catch (error) {
      this.end([use]);
      throw error;
    }
  }

  private async showNow(how: Asking = {}): Promise<void> {
    how.signal?.throwIfAborted();
    const askedAt = this.deps.clock.now();
    this.askedAt = askedAt;
    this.shownAt = undefined;
    this.repeatLater();
    try {
      await this.deps.indicator.show(this.userId, this.with(how));
    } catch (error) {
      if (!mayBeShown(error)) this.askedAt = undefined;
      throw error;
    }
    this.shownAt = askedAt;
    this.told = false;
  }

  private async hideNow(how: Asking = {}): Promise<void> {
    how.signal?.throwIfAborted();
    this.askedAt = undefined;
    this.shownAt = undefined;
    await this.deps.indicator.hide(this.userId, this.with(how));
  }

  private with({ signal, isPatient = false }: Asking): IndicatorOptions {
    const { contextToken } = this;
    return { isPatient, ...(contextToken && { contextToken }), ...(signal && { signal }) };
  }

  /** The one timer: for the next repeat, or for the end of the last use if that comes first. @param from the last one */
  private repeatLater(from = this.deps.clock.now()): void {
    this.cancelTimer();
    if (!this.isRetained) return;
    const lastEnd = Math.max(...[...this.uses].map(({ until }) => until));
    const delayMs = Math.max(0, Math.min(from + REPEAT_MS, lastEnd) - this.deps.clock.now());
    this.cancelTimer = this.deps.clock.after(delayMs, () => this.repeat(), true);
  }

  private repeat(): void {
    const now = this.deps.clock.now();
    this.end([...this.uses].filter(({ until }) => until <= now));
    if (!this.isRetained) return;
    // An answer that is late is waited for, or requests would pile up behind it.
    if (this.queued > 0) this.repeatLater();
    else this.inTurn(() => this.showNow()).catch((error: unknown) => this.missed(error));
  }

  /** A connection or a server that failed may work four seconds later; everything else would fail until the end. */
  private missed(error: unknown): void {
    if (!this.isRetained) return;
    if (!this.told) this.deps.report({ code: 'typing_not_kept' }, error);
    this.told = true;
    if (!mayPass(error)) this.drop(this.uses);
    this.leave();
  }

  private end(uses: Iterable<TypingUse>): void {
    if (!this.drop(uses) || this.isRetained) return;
    // The queue decides: by its turn somebody may use it again, or it was never shown.
    const hide = async (): Promise<void> => {
      if (!this.isRetained && this.askedAt !== undefined) await this.hideNow();
    };
    // There is nobody to tell, and nothing to repair: what is not hidden dies within five seconds.
    this.inTurn(hide).catch(() => undefined);
  }

  /** @returns whether any of them was still held */
  private drop(uses: Iterable<TypingUse>): boolean {
    let dropped = false;
    for (const use of [...uses]) {
      dropped = this.uses.delete(use) || dropped;
      use.forget();
    }
    if (!this.isRetained) this.cancelTimer();
    return dropped;
  }

  private learn(contextToken: string | undefined): void {
    this.contextToken = contextToken ?? this.contextToken;
  }

  private inTurn(action: () => Promise<void>): Promise<void> {
    this.queued++;
    const result = this.turns.then(action);
    const done = (): void => {
      this.queued--;
      this.leave();
    };
    this.turns = result.then(done, done);
    return result;
  }

  private leave(): void {
    if (!this.isRetained && this.queued === 0) this.idle();
  }
}

function mayPass(error: unknown): boolean {
  return error instanceof ILinkError && (error.repeat === 'yes' || error.repeat === 'few');
}

/** Whether the phone may show it although showing it failed: the answer is missing, and not the request. */
function mayBeShown(error: unknown): boolean {
  if (error instanceof ILinkNetworkError) return error.mayHaveArrived;
  return error instanceof ILinkError ? mayPass(error) : true;
}
