import { setTimeout as sleep } from 'node:timers/promises';
import type { N8nServer } from '../../tools/n8n/server';
import { Traffic } from '../crash/n8n/traffic';
import { chain, eventually, triggerNode, wechatNode, type Account as BotAccount } from '../e2e/world';
import { accountOf, type Account } from './account';
import type { Cluster } from './cluster';
import { keptTexts, readExecutions, unfinished, waitingInStore } from './executions';
import { Notifier } from './notifier';
import { Polls } from './polls';

/** What is ended, and how. Redis first: what n8n loses with it is offered again after two minutes. */
export const STRIKES = ['redis restart', 'main', 'worker', 'postgres restart', 'postgres kill'] as const;
export type Strike = (typeof STRIKES)[number];

/** What one strike did. */
export interface Struck {
  strike: Strike;
  /** The longest time without a poll, from the strike until everything ran again, in milliseconds. */
  silentMs: number;
  /** Of `main`: from when n8n was ready to the first poll, in milliseconds. */
  takeOverMs?: number;
  /** How many processes had ended by themselves and were started again, as a container is. */
  ended: number;
}

const QUOTA = 10;
/** As long as a server is away that is updated. */
const AWAY_MS = 2_000;
const SHARE_WHILE_DOWN = 0.2;
const READY_MS = 180_000;
/** A message that n8n has taken and forgotten is offered again after two minutes, and n8n takes 10 s for what piled up. */
const DRAIN_MS = 300_000;
const STILL_MS = 8_000;

/** Without the pause between messages: people here write faster than people do. */
const ANSWER = {
  resource: 'message',
  operation: 'sendText',
  text: '={{ "re: " + $json.text }}',
  options: { pauseMs: 0 },
};

/** People who write, workflows that answer and send, and an n8n of several processes of which some end. */
export class QueueArena {
  private readonly sends = new Map<string, string>();
  private readonly pending = new Set<Promise<void>>();
  private timer: NodeJS.Timeout | undefined;
  private sendsPerSecond = 0;
  private struck = 0;

  private constructor(
    private readonly cluster: Cluster,
    private readonly bot: BotAccount,
    private readonly workflowId: string,
    private readonly notifier: Notifier,
    private readonly traffic: Traffic,
    private readonly polls: Polls,
    private readonly random: () => number,
  ) {}

  /** @param random a number from 0 up to 1 */
  static async open(cluster: Cluster, bot: BotAccount, random: () => number): Promise<QueueArena> {
    const { rest, emulator } = cluster;
    const polls = new Polls(emulator, bot.bot);
    const { id } = await rest.createWorkflow(
      chain('Arena', [triggerNode(bot.credential), wechatNode('Answer', bot.credential, ANSWER)]),
    );
    await rest.activate(id);
    await eventually(() => emulator.polls(bot.who.bot_id) === 1, 'the trigger does not poll');
    const notifier = await Notifier.open(cluster, bot);
    return new QueueArena(cluster, bot, id, notifier, new Traffic(emulator, bot.bot, random), polls, random);
  }

  /** From now on so many messages a second come in, and so many sends are asked for. */
  flow(messages: number, sends: number): void {
    this.traffic.perSecond = messages;
    this.sendsPerSecond = sends;
    this.timer ??= setInterval(() => this.tick(), 100);
  }

  /** Ends something, brings it back, and waits until all is there again. */
  async strike(strike: Strike): Promise<Struck> {
    this.polls.takeLongestSilence();
    const takeOverMs = await this.end(strike);
    const ended = await this.revive();
    await eventually(() => this.isPolled(), 'nobody polls after it', READY_MS);
    this.polls.read();
    const silentMs = this.polls.takeLongestSilence();
    return { strike, silentMs, ended, ...(takeOverMs !== undefined && { takeOverMs }) };
  }

  /** No more comes in; everything is handed over, answered and sent. */
  async drain(): Promise<void> {
    this.flow(0, 0);
    await Promise.all(this.pending);
    const url = this.cluster.postgres.url;
    let standing = { count: -1, since: 0 };
    for (const until = Date.now() + DRAIN_MS; ; await sleep(500)) {
      const { deliveries, outbox } = await waitingInStore(url);
      const running = await unfinished(url, this.workflowId);
      if (running !== standing.count) standing = { count: running, since: Date.now() };
      // Executions that were lost with Redis or a worker stay `running` until n8n notices.
      const isStill = running === 0 || Date.now() - standing.since > STILL_MS;
      if (deliveries + outbox === 0 && isStill) return;
      if (Date.now() > until) throw new Error(`${deliveries} deliveries and ${outbox} queued do not end`);
      // Opens the windows for what waits.
      if (outbox > 0) this.traffic.write(1);
    }
  }

  /** @returns what became of everything, and the most polls at one time */
  async result(): Promise<Account & { mostPolls: number }> {
    clearInterval(this.timer);
    this.traffic.stop();
    const mostPolls = this.polls.end();
    const { postgres, emulator } = this.cluster;
    const account = accountOf({
      written: this.traffic.written,
      cut: this.polls.cut(this.traffic.written),
      kept: await keptTexts(postgres.url),
      executions: await readExecutions(postgres.url, this.workflowId),
      sends: this.sends,
      chats: this.traffic.users.map((user) => emulator.sees(this.bot.who.bot_id, user)),
      quota: QUOTA,
    });
    await this.notifier.close();
    await this.cluster.rest.deactivate(this.workflowId);
    return { ...account, mostPolls };
  }

  /** @returns of main: how long after n8n was ready somebody polled, in milliseconds */
  private async end(strike: Strike): Promise<number | undefined> {
    const { n8n, workers, postgres, redis } = this.cluster;
    switch (strike) {
      case 'main':
        return await this.endMain(n8n);
      case 'worker':
        return await this.endWorker(workers[this.struck++ % workers.length]!);
      case 'redis restart':
        await redis.stop();
        await sleep(AWAY_MS);
        return await redis.start().then(() => undefined);
      case 'postgres restart':
        await postgres.shutDown();
        await sleep(AWAY_MS);
        return await postgres.start().then(() => undefined);
      default:
        await postgres.crash();
        return await postgres.start().then(() => undefined);
    }
  }

  private async endMain(n8n: N8nServer): Promise<number> {
    await n8n.kill();
    this.polls.noteKill();
    this.slowDown();
    await n8n.start();
    const readyAt = Date.now();
    await eventually(() => this.isPolled(), 'the new main does not poll', READY_MS);
    return Date.now() - readyAt;
  }

  private async endWorker(worker: N8nServer): Promise<undefined> {
    await worker.kill();
    this.polls.noteKill();
    this.slowDown();
    await worker.start();
  }

  /** As the container of a process that ends is started again. @returns how many had ended */
  private async revive(): Promise<number> {
    const { n8n, workers, webhook } = this.cluster;
    const ended = [n8n, ...workers, webhook].filter((one) => one.pid() === undefined);
    if (ended.length > 0) this.polls.noteKill();
    await Promise.all(ended.map((one) => one.start()));
    return ended.length;
  }

  /** A process of n8n takes a while to start; what piles up must not grow from round to round. */
  private slowDown(): void {
    this.traffic.perSecond *= SHARE_WHILE_DOWN;
  }

  private isPolled(): boolean {
    return this.cluster.emulator.polls(this.bot.who.bot_id) > 0;
  }

  private tick(): void {
    if (this.random() >= this.sendsPerSecond / 10) return;
    const text = `note ${this.sends.size}`;
    this.sends.set(text, 'pending');
    const sending = this.notifier.send(text).then((outcome) => void this.sends.set(text, outcome));
    this.pending.add(sending);
    void sending.finally(() => this.pending.delete(sending));
  }
}
