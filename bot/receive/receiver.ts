import type { ILinkClient, Updates } from '../../ilink/client';
import { sleep, type Clock } from '../../ilink/clock';
import { DEFAULT_HOLD_MS, HOLD_BOUNDS_MS } from '../../ilink/endpoints';
import { ILinkError, ILinkNetworkError, retryAfterOf } from '../../ilink/errors';
import type { Gateway } from './gateway';
import type { Health, Listener, ReceiverState } from './health';
import type { BotInbox, Kept } from './inbox';
import { isGatewayTimeout, NO_STREAK, pauseAfter, roundOf, type Round, type Streak } from './pace';
import { askForUpdates, type Position } from './poll';
import { StoreTrouble } from '../store-trouble';
import type { Report } from '../report';

export type * from './health';

export interface ReceiverDeps {
  client: Pick<ILinkClient, 'getUpdates' | 'notify'>;
  inbox: Pick<BotInbox, 'cursor' | 'check' | 'keep' | 'version'>;
  /** What is known of a gateway in front of the server; without it the server ends every poll. */
  gateway?: Pick<Gateway, 'askAgainMs' | 'ended'>;
  /** Only one process may poll. */
  lease: { acquire(): Promise<boolean>; release(): Promise<void> };
  clock: Clock;
  /** A number from 0 up to 1. */
  random: () => number;
  /** Told of every change of state, whoever listens. */
  onHealth?: (health: Health) => void;
  /** Takes the failures that must not stop the loop and that nobody else would see. */
  report: Report;
}

const GOODBYE_LIMIT_MS = 2_000;
const KEEP_AGAIN_MS = 1_000;
/** A poll without an answer is a connection that died, as they do. When new ones have none either, something is wrong. */
const UNANSWERED_LIMIT = 3;
/** One bare answer may be a slip of the server. So many in a row are a suspicion, and no proof. */
const SUSPECT_AFTER = 5;
const NOTHING: Kept = { messages: 0, echoes: 0, strays: 0 };

/**
 * The poll loop of one bot, however many listen. It starts with the first listener and ends with the last, it never dies of
 * an error, and it never spins. What a poll brings is on the disk before anybody hears of it, and before the next poll.
 */
export class Receiver {
  private readonly listeners = new Set<Listener>();
  private running: AbortController | undefined;
  private health: Health;
  /** Nothing while another process polls. */
  private position: Position | undefined;
  private version = 0;
  private worked = false;
  private polling = false;
  /** How many polls in a row had no answer within our limit. */
  private unanswered = 0;
  /** How many answers in a row named neither messages nor a cursor. */
  private bare = 0;
  /** The pause that the server asked for in the latest round; 0 for none. */
  private askedMs = 0;
  /** The end of the loop before. */
  private ended: Promise<void> = Promise.resolve();

  constructor(private readonly deps: ReceiverDeps) {
    this.health = { state: 'connecting', since: deps.clock.now() };
  }

  /**
   * Tells `listener` of every arrival from now on.
   *
   * @returns ends it; resolved when the request in flight was aborted, if nobody else listens
   */
  listen(listener: Listener): () => Promise<void> {
    this.listeners.add(listener);
    if (!this.running) this.start();
    this.guarded(() => listener.onHealth?.(this.health));
    return async () => {
      this.listeners.delete(listener);
      if (this.listeners.size === 0) await this.stop();
    };
  }

  /**
   * Ends `listener` without haste: a poll that is on its way is not aborted, because that could cost a message, and is the last
   * one if nobody else listens.
   */
  leave(listener: Listener): void {
    this.listeners.delete(listener);
    if (this.listeners.size === 0 && !this.polling) void this.stop();
  }

  /** Whether the loop runs. */
  get listening(): boolean {
    return this.running !== undefined;
  }

  /** Whether this process is the one that polls for the bot. */
  get inOffice(): boolean {
    return this.running !== undefined && this.position !== undefined;
  }

  /** Whether everybody who listens takes the messages that come. A test in the editor does, and keeps none. */
  get heard(): boolean {
    return this.listeners.size > 0 && [...this.listeners].every(({ forSending }) => !forSending);
  }

  /** Tells everybody that something new is in the store. */
  announce(): void {
    for (const listener of this.listeners) this.guarded(() => listener.onArrival());
  }

  private start(): void {
    const abort = new AbortController();
    this.health = { state: 'connecting', since: this.deps.clock.now() };
    // Two loops at once would poll twice, and the one that ends would give back the lease of the other.
    this.ended = this.ended
      .then(() => this.run(abort.signal))
      .catch((error) => this.deps.report({ code: 'receiver_stopped' }, error));
    this.running = abort;
  }

  private async stop(): Promise<void> {
    const { running } = this;
    if (!running) return;
    this.running = undefined;
    running.abort();
    await this.ended;
  }

  private async run(signal: AbortSignal): Promise<void> {
    const { clock, random } = this.deps;
    let streak: Streak = NO_STREAK;
    while (!signal.aborted && this.listeners.size > 0) {
      const startedAt = clock.now();
      this.askedMs = 0;
      const round = await this.round(signal);
      if (signal.aborted) break;
      const next = pauseAfter(round, clock.now() - startedAt, streak, random(), this.askedMs);
      streak = next.streak;
      if (next.pauseMs > 0 && this.listeners.size > 0) await sleep(clock, next.pauseMs, signal);
    }
    // Whoever comes from here on starts another loop.
    if (!signal.aborted) this.running = undefined;
    await this.resign();
  }

  private async round(signal: AbortSignal): Promise<Round> {
    try {
      if (!(await this.deps.lease.acquire())) return await this.standBy();
      this.position ??= await this.takeOffice();
      await this.deps.inbox.check();
    } catch (error) {
      this.setHealth('cannot_keep', new StoreTrouble(error));
      return 'failed';
    }
    // Whoever listened may have left meanwhile.
    if (signal.aborted) return 'failed';
    this.polling = true;
    try {
      return await this.poll(this.position, signal);
    } finally {
      this.polling = false;
    }
  }

  /** Another process polls. What it keeps is ours, too. */
  private async standBy(): Promise<Round> {
    this.position = undefined;
    this.setHealth('standby');
    const version = await this.deps.inbox.version();
    if (version !== this.version) this.announce();
    this.version = version;
    return 'standby';
  }

  private async takeOffice(): Promise<Position> {
    this.greet('start');
    if (this.health.state === 'standby') this.setHealth('connecting');
    this.bare = 0;
    // Another process may have left something behind that nobody was told of.
    this.announce();
    return { cursor: await this.deps.inbox.cursor(), holdMs: DEFAULT_HOLD_MS };
  }

  private async resign(): Promise<void> {
    if (this.position) this.greet('stop');
    this.position = undefined;
    // Also when it was taken and nothing could be read then; giving back what is not held does nothing.
    await this.deps.lease.release().catch((error) => this.deps.report({ code: 'lease_not_released' }, error));
  }

  private async poll(position: Position, signal: AbortSignal): Promise<Round> {
    const startedAt = this.deps.clock.now();
    let updates: Updates | undefined;
    try {
      updates = await askForUpdates(this.deps, position, signal);
    } catch (error) {
      if (signal.aborted) return 'failed';
      return this.failed(error, this.deps.clock.now() - startedAt, position, signal);
    }
    if (!updates) {
      // A connection that was made and held shows that the server is there.
      this.setHealth(this.goodState);
      return 'asked_again';
    }
    this.worked = true;
    this.unanswered = 0;
    this.bare = updates.bare ? this.bare + 1 : 0;
    position.holdMs = updates.holdMs;
    const fresh = await this.keep(updates, position, signal);
    // Nothing new counts as nothing, or a server that repeats itself without a pause would make us spin. What is no message
    // counts as nothing, too: there may be no end of it.
    if (fresh.messages > 0) return 'messages';
    if (fresh.echoes > 0) return 'echoes';
    return this.goodState === 'suspect' ? 'suspect' : 'empty';
  }

  private async failed(
    error: unknown,
    elapsedMs: number,
    position: Position,
    signal: AbortSignal,
  ): Promise<Round> {
    const round = roundOf(error, elapsedMs);
    this.askedMs = retryAfterOf(error);
    if (round === 'login_needed' && position.cursor !== '') {
      // Sometimes it is the cursor that is stale and not the token: once more with an empty one.
      this.worked = true;
      position.cursor = '';
      return this.poll(position, signal);
    }
    if (isGatewayTimeout(error)) await this.deps.gateway?.ended(elapsedMs, 'by_gateway');
    else if (isBreak(error)) await this.deps.gateway?.ended(elapsedMs, 'broken');
    this.note(round, error);
    // Perhaps the server holds longer than it says, and an abort can cost a message that is on its way.
    if (this.unanswered > 0) position.holdMs = Math.min(2 * position.holdMs, HOLD_BOUNDS_MS.max);
    return round;
  }

  /**
   * The server will not send these messages again, so they are held until they can be written, and nothing is polled.
   *
   * @returns how many are new
   */
  private async keep(updates: Updates, position: Position, signal: AbortSignal): Promise<Kept> {
    const { messages, unreadable = [], cursor = position.cursor } = updates;
    let failures = 0;
    for (;;) {
      const lastTry = signal.aborted;
      try {
        const changes = messages.length + unreadable.length > 0 || cursor !== position.cursor;
        const fresh = changes ? await this.deps.inbox.keep(updates) : NOTHING;
        position.cursor = cursor;
        this.setHealth(this.goodState);
        // A try that failed may have kept some of them.
        if (fresh.messages + fresh.strays + unreadable.length + failures > 0) this.announce();
        return fresh;
      } catch (error) {
        failures++;
        this.setHealth('cannot_keep', new StoreTrouble(error));
        if (lastTry) {
          this.deps.report({ code: 'messages_lost', facts: { messages: messages.length } }, error);
          return NOTHING;
        }
        await sleep(this.deps.clock, KEEP_AGAIN_MS, signal);
      }
    }
  }

  /** How the connection is when the server has just answered. */
  private get goodState(): 'connected' | 'suspect' {
    return this.bare >= SUSPECT_AFTER ? 'suspect' : 'connected';
  }

  private note(round: Round, error: unknown): void {
    if (!(error instanceof ILinkError)) this.deps.report({ code: 'poll_failed' }, error);
    const known = error instanceof ILinkError ? error : undefined;
    const answered = !(known instanceof ILinkNetworkError);
    this.unanswered = answered ? 0 : this.unanswered + 1;
    // A gateway that ends a hold has passed the poll on, and a refused token is refused at once.
    if (round === 'empty' || (round === 'cut' && answered)) return this.setHealth(this.goodState);
    if (round === 'cut' && this.unanswered < UNANSWERED_LIMIT) return;
    if (round === 'login_needed') this.setHealth(this.worked ? 'taken_over' : 'login_needed', known);
    else this.setHealth('retrying', known);
  }

  private setHealth(state: ReceiverState, error?: ILinkError | StoreTrouble): void {
    if (state === this.health.state) return;
    this.health = { state, since: this.deps.clock.now(), ...(error && { error }) };
    this.guarded(() => this.deps.onHealth?.(this.health));
    for (const listener of this.listeners) this.guarded(() => listener.onHealth?.(this.health));
  }

  /** Tencent's statistics want to know; whether they learn it must not matter to anybody else. */
  private greet(what: 'start' | 'stop'): void {
    const limit = new AbortController();
    const cancel = this.deps.clock.after(GOODBYE_LIMIT_MS, () => limit.abort());
    void this.deps.client
      .notify(what, limit.signal)
      .catch(() => undefined)
      .finally(cancel);
  }

  private guarded(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.deps.report({ code: 'listener_failed' }, error);
    }
  }
}

/** Whether the connection broke, and not for our limit. */
function isBreak(error: unknown): boolean {
  return error instanceof ILinkNetworkError && error.kind === 'unreachable' && error.mayHaveArrived;
}
