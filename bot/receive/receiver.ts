import type { ILinkClient } from '../../ilink/client';
import { sleep, type Clock } from '../../ilink/clock';
import { DEFAULT_HOLD_MS } from '../../ilink/endpoints';
import type { Gateway } from './gateway';
import type { Health, Listener } from './health';
import type { ReceiverHooks } from './hooks';
import type { BotInbox } from './inbox';
import type { Lease } from './leadership';
import { Listeners } from './listeners';
import { NO_STREAK, pauseAfter, type Streak } from './pace';
import type { Position } from './poll';
import { Poller, type Polled } from './poller';
import { Standby } from './standby';
import { StoreTrouble } from '../store-trouble';
import type { Report } from '../report';

export type * from './health';
export type * from './hooks';

export interface ReceiverDeps {
  client: Pick<ILinkClient, 'getUpdates' | 'notify'>;
  inbox: Pick<BotInbox, 'cursor' | 'check' | 'keep' | 'version' | 'onNews'>;
  /** What is known of a gateway in front of the server; without it the server ends every poll. */
  gateway?: Pick<Gateway, 'askAgainMs' | 'ended'>;
  /** The right to poll, which only one process has. */
  lease: Lease;
  clock: Clock;
  /** A number from 0 up to 1. */
  random: () => number;
  /** Takes the failures that must not stop the loop and that nobody else would see. */
  report: Report;
}

/** How long a word to Tencent's statistics may take. */
const NOTIFY_TIMEOUT_MS = 2_000;
/** Nobody waits longer for it. */
const NOTIFY_FIRST_MS = 500;

/**
 * The poll loop of one bot, however many listen. It starts with the first listener and ends with the last, it never dies of
 * an error, and it never spins. What a poll brings is on the disk before anybody hears of it, and before the next poll.
 */
export class Receiver {
  private readonly listeners: Listeners;
  private readonly poller: Poller;
  private running: AbortController | undefined;
  /** Nothing while another process polls. */
  private position: Position | undefined;
  private version = 0;
  private readonly standby: Standby;
  /** While another process polls: ends that it is listened to. */
  private stopNews: (() => void) | undefined;
  private polling = false;
  /** The end of the loop before. */
  private ended: Promise<void> = Promise.resolve();

  constructor(private readonly deps: ReceiverDeps) {
    this.listeners = new Listeners(deps);
    this.standby = new Standby(deps.clock);
    this.poller = new Poller({ ...deps, listeners: this.listeners });
  }

  /**
   * Tells `listener` of every arrival from now on.
   *
   * @returns ends it; resolved when the request in flight was aborted, if nobody else listens
   */
  listen(listener: Listener): () => Promise<void> {
    this.listeners.add(listener);
    if (!this.running) this.start();
    this.listeners.tellHealth(listener);
    return async () => {
      this.listeners.remove(listener);
      if (this.listeners.size === 0) await this.stop();
    };
  }

  /**
   * Ends `listener` without haste: a poll that is on its way is not aborted, because that could cost a message, and is the last
   * one if nobody else listens.
   */
  leave(listener: Listener): void {
    this.listeners.remove(listener);
    if (this.listeners.size === 0 && !this.polling) void this.stop();
  }

  /** Tells another part of the bot what the loop does, from now on and as long as the bot lives. */
  addHooks(hooks: ReceiverHooks): void {
    this.listeners.addHooks(hooks);
  }

  /** How the connection is. */
  get health(): Health {
    return this.listeners.health;
  }

  /** Whether the loop runs. */
  get listening(): boolean {
    return this.running !== undefined;
  }

  /** Whether this process is the one that polls for the bot. */
  get isLeader(): boolean {
    return this.running !== undefined && this.position !== undefined;
  }

  /** The number of the lease under which it does. */
  get lease(): number | undefined {
    return this.deps.lease.number?.();
  }

  /** Tells everybody that something new is in the store. */
  notifyListeners(): void {
    this.listeners.notify();
  }

  private start(): void {
    const abort = new AbortController();
    this.listeners.startOver();
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
      const { round, askedMs } = await this.round(signal);
      if (signal.aborted) break;
      const next = pauseAfter(round, clock.now() - startedAt, streak, random(), askedMs);
      streak = next.streak;
      if (next.pauseMs === 0 || this.listeners.size === 0) continue;
      await (round === 'standby'
        ? this.standby.wait(next.pauseMs, signal)
        : sleep(clock, next.pauseMs, signal));
    }
    // Whoever comes from here on starts another loop.
    if (!signal.aborted) this.running = undefined;
    await this.stepDown();
  }

  private async round(signal: AbortSignal): Promise<Polled> {
    try {
      this.standby.begin();
      if (!(await this.deps.lease.acquire())) return await this.followLeader();
      this.position ??= await this.becomeLeader();
      await this.deps.inbox.check();
    } catch (error) {
      this.listeners.setHealth('cannot_keep', new StoreTrouble(error));
      return { round: 'failed', askedMs: 0 };
    }
    await this.listeners.beforePoll();
    // Whoever listened may have left meanwhile.
    if (signal.aborted) return { round: 'failed', askedMs: 0 };
    this.polling = true;
    try {
      return await this.poller.poll(this.position, signal);
    } finally {
      this.polling = false;
    }
  }

  /** Another process polls. What it keeps is ours, too. */
  private async followLeader(): Promise<Polled> {
    this.position = undefined;
    this.listeners.setHealth('standby');
    this.stopNews ??= await this.deps.inbox.onNews((news) =>
      news === 'released' ? this.standby.hearRelease() : this.notifyListeners(),
    );
    const version = await this.deps.inbox.version();
    if (version !== this.version) this.notifyListeners();
    this.version = version;
    return { round: 'standby', askedMs: 0 };
  }

  private async becomeLeader(): Promise<Position> {
    this.leaveStandby();
    // On the connection that the poll goes over then: a bot would hold a second one for nothing.
    const notified = new AbortController();
    void this.notifyServer('start').finally(() => notified.abort());
    await sleep(this.deps.clock, NOTIFY_FIRST_MS, notified.signal);
    if (this.health.state === 'standby') this.listeners.setHealth('connecting');
    this.poller.startOver();
    // Another process may have left something behind that nobody was told of.
    this.notifyListeners();
    return { cursor: await this.deps.inbox.cursor(), holdMs: DEFAULT_HOLD_MS };
  }

  private leaveStandby(): void {
    this.stopNews?.();
    this.stopNews = undefined;
  }

  private async stepDown(): Promise<void> {
    this.leaveStandby();
    if (this.position) void this.notifyServer('stop');
    this.position = undefined;
    // Also when it was taken and nothing could be read then; giving back what is not held does nothing.
    await this.deps.lease.release().catch((error) => this.deps.report({ code: 'lease_not_released' }, error));
  }

  /** Tencent's statistics want to know; whether they learn it must not matter to anybody else. */
  private notifyServer(what: 'start' | 'stop'): Promise<void> {
    const limit = new AbortController();
    const cancel = this.deps.clock.after(NOTIFY_TIMEOUT_MS, () => limit.abort());
    return this.deps.client
      .notify(what, limit.signal)
      .catch(() => undefined)
      .finally(cancel);
  }
}
