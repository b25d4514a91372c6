import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import type { BotLogin } from '../../../emulator';
import type { Stage } from '../../../tools/stage';
import type { TriggerSettings } from '../../../nodes/WeChat/trigger/settings';
import { judge, keptTexts, mostExecutions } from '../ledger';
import { readRows } from '../read';
import { Replies } from '../replies';
import { countByStatus, readExecutions } from './executions';
import { MOMENTS, type Moment, type RoundPlan } from './plan';
import { Traffic } from './traffic';
import { TURN_MS, untilReached, workerOf } from './turns';

/** What the kills at one kind of moment did. */
export interface MomentResult {
  moment: Moment;
  kills: number;
  /** Messages in the last replies before these kills that were never kept. */
  lostInReply: number;
}

export interface ArenaResult {
  rounds: number;
  moments: MomentResult[];
  messages: number;
  kept: number;
  executions: number;
  byStatus: Record<string, number>;
  lostInReply: number;
  /** The texts of messages that are missing without a cut reply as the reason. */
  lostFromStore: string[];
  duplicates: number;
  /** Duplicates that no kill explains. */
  unexplained: number;
  /** Messages that n8n took, of which no execution succeeded: a kill cut all of them off. */
  cutOff: number;
}

/** The workflow that is crashed, and whose bot the messages go to. */
export interface Victim {
  bot: BotLogin;
  workflowId: string;
  acknowledge: TriggerSettings['acknowledge'];
}

/** n8n starts in 8 s and runs for some; the queue must not grow from round to round. */
const SHARE_WHILE_DOWN = 0.1;
/** Longer than n8n's lease on a workflow whose activation was cut off: two minutes, and 15 s until it looks. */
const MOST_TURNS_TO_POLL = 180_000 / TURN_MS;
/** A message that n8n refused is offered again after a minute; so long may pass between one message and the next. */
const MOST_TURNS_TO_HAND_OVER = 150_000 / TURN_MS;

/** An n8n that is killed while people write to the bot of one of its workflows, which is active. */
export class Arena {
  private readonly traffic: Traffic;
  private readonly replies: Replies;
  private readonly kills: Moment[] = [];
  /** The file with our messages, and n8n's own database. */
  readonly store: string;
  readonly database: string;

  /** @param random a number from 0 up to 1 */
  constructor(
    private readonly stage: Stage,
    private readonly victim: Victim,
    random: () => number,
  ) {
    const folder = join(stage.userFolder, '.n8n');
    this.store = join(folder, 'wechat-ilink', 'wechat.sqlite');
    this.database = join(folder, 'database.sqlite');
    this.replies = new Replies(stage.emulator, victim.bot.ilink_bot_id);
    this.traffic = new Traffic(stage.emulator, victim.bot, random);
  }

  /** Ends n8n as it should end. Before the first round. */
  async open(): Promise<void> {
    await this.untilPolling();
    await this.stage.n8n.stop();
  }

  /** Starts n8n and kills it as planned. Messages come all the time, though fewer while n8n is down. */
  async fight(plan: RoundPlan): Promise<void> {
    if (plan.moment === 'starting') await this.killStarting(plan);
    else await this.killRunning(plan);
    this.traffic.perSecond = plan.perSecond * SHARE_WHILE_DOWN;
    await this.replies.noteKill();
    this.kills.push(plan.moment);
  }

  private async killStarting({ killAfterMs }: RoundPlan): Promise<void> {
    const { n8n } = this.stage;
    // The start fails when n8n is killed before it is ready.
    const started = n8n.start().catch(() => undefined);
    await wait(killAfterMs);
    await n8n.kill();
    await started;
  }

  private async killRunning({ moment, killAfterMs, thenMs, burst, perSecond }: RoundPlan): Promise<void> {
    const { n8n } = this.stage;
    await n8n.start();
    await this.untilPolling();
    this.traffic.perSecond = perSecond;
    await wait(killAfterMs);
    this.traffic.write(burst);
    if (moment === 'stopping') return await n8n.stop(thenMs);
    await wait(thenMs);
    await n8n.kill();
  }

  /** Starts n8n once more, and waits until everything was handed over. */
  async drain(): Promise<void> {
    this.traffic.perSecond = 0;
    await this.stage.n8n.start();
    const last = this.traffic.write(1);
    await untilReached(workerOf(this.stage.n8n), {
      reached: () => this.waiting() === 0 && keptTexts(this.store).has(last),
      progress: () => this.waiting(),
      mostTurns: MOST_TURNS_TO_HAND_OVER,
      complaint: () => `${this.waiting()} messages still wait for n8n`,
    });
  }

  /** How many messages were written, and how many of them n8n has not had yet. */
  standing(): { written: number; waiting: number } {
    return { written: this.traffic.written.length, waiting: this.waiting() };
  }

  /** What became of every message; after {@link drain}. */
  result(): ArenaResult {
    const { written } = this.traffic;
    const rows = readExecutions(this.database, this.victim.workflowId);
    const kept = keptTexts(this.store);
    const cut = this.replies.cut(written);
    const entries = rows.filter(({ text }) => text !== '').map(({ id, text }) => ({ key: id, text }));
    const most = mostExecutions(this.victim.acknowledge, this.kills.length);
    const { lostInReply, lostFromStore, duplicates, unexplained } = judge(written, entries, kept, cut, most);
    const texts = (status?: string): Set<string> =>
      new Set(
        rows.filter((row) => row.text !== '' && (!status || row.status === status)).map(({ text }) => text),
      );
    const killOf = (text: string): Moment => this.kills[cut.get(text)!]!;
    return {
      rounds: this.kills.length,
      moments: MOMENTS.map((moment) => ({
        moment,
        kills: this.kills.filter((one) => one === moment).length,
        lostInReply: lostInReply.filter((text) => killOf(text) === moment).length,
      })),
      messages: written.length,
      kept: written.filter((text) => kept.has(text)).length,
      executions: rows.length,
      byStatus: countByStatus(rows),
      lostInReply: lostInReply.length,
      lostFromStore,
      duplicates,
      unexplained,
      cutOff: texts().size - texts('success').size,
    };
  }

  /** Nobody writes any more. */
  close(): void {
    this.traffic.stop();
  }

  private async untilPolling(): Promise<void> {
    const { emulator, n8n } = this.stage;
    await untilReached(workerOf(n8n), {
      reached: () => emulator.polls(this.victim.bot.ilink_bot_id) > 0,
      mostTurns: MOST_TURNS_TO_POLL,
      complaint: () => 'the trigger does not poll',
    });
  }

  private waiting(): number {
    if (!existsSync(this.store)) return 0;
    const [row] = readRows<{ waiting: number }>(this.store, 'SELECT count(*) AS waiting FROM deliveries');
    return row!.waiting;
  }
}
