import { fork, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import { startEmulator, type BotLogin, type Emulator } from '../../../emulator';
import type { TriggerSettings } from '../../../nodes/WeChat/trigger/settings';
import { judge, keptTexts, mostExecutions, readLedger, type Entry } from '../ledger';
import { Replies } from '../replies';
import { KEPT_STEPS, STEPS, type Step } from './aim';
import { bundleChild, taskIn } from './bundle';
import type { ChildTask } from './child';
import { Patience } from './patience';
import { readRows } from '../read';

/** What happened at one step over all rounds. */
export interface StepResult {
  step: Step;
  kills: number;
  messages: number;
  /** Never kept: they were in the reply that the kill cut off. */
  lostInReply: number;
  /** Kept, or in a reply that was not cut off, and all the same without an execution. */
  lostFromStore: number;
  dropped: number;
  duplicates: number;
  /** Duplicates that no kill explains. */
  unexplained: number;
}

interface Evidence {
  entries: Entry[];
  kept: ReadonlySet<string>;
  cut: ReadonlyMap<string, number>;
}

const MAX_PASSINGS = 4;
const MAX_BURST = 3;
/** What was handed over last is acknowledged within milliseconds. */
const SETTLE_MS = 500;

/**
 * Kills the process over and over, at every step in turn, on one store and one bot. Each process first takes what the kill
 * before it left behind. At the end it is counted what became of every message.
 *
 * @param onRound told after each round
 */
export async function crashReceiver(
  rounds: number,
  acknowledge: TriggerSettings['acknowledge'],
  onRound: (done: number) => void,
): Promise<StepResult[]> {
  const folder = mkdtempSync(join(tmpdir(), 'wechat-ilink-crash-'));
  const emulator = await startEmulator();
  // The user writes in every round, but the quota of the bot's own messages plays no part here.
  const login = emulator.bind();
  const arena = new Arena(await bundleChild(folder), folder, emulator, login, acknowledge);
  try {
    for (let round = 0; round < rounds; round++) {
      await arena.fight(round);
      onRound(round + 1);
    }
    await arena.drain();
    return arena.results();
  } finally {
    arena.stop();
    await emulator.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

class Arena {
  private readonly task: ChildTask;
  /** Texts by the round in which they were written. */
  private readonly written: string[][] = [];
  private readonly replies: Replies;
  private running: ChildProcess | undefined;

  constructor(
    private readonly script: string,
    folder: string,
    private readonly emulator: Emulator,
    private readonly login: BotLogin,
    private readonly acknowledge: TriggerSettings['acknowledge'],
  ) {
    this.replies = new Replies(emulator, login.ilink_bot_id);
    this.task = taskIn(folder, emulator, login, acknowledge);
  }

  /** Some messages at once into each poll that is held, until the process has come to its step. */
  async fight(round: number): Promise<void> {
    const step = STEPS[round % STEPS.length]!;
    const passing = 1 + (Math.floor(round / STEPS.length) % MAX_PASSINGS);
    const burst = 1 + (round % MAX_BURST);
    const victim = this.start({ ...this.task, aim: { step, passing } });
    const patience = new Patience(victim, `round ${round}: the process did not come to "${step}"`);
    const dead = (): boolean => victim.exitCode !== null || victim.signalCode !== null;
    this.written[round] = [];
    while (!dead()) {
      patience.check();
      // One reply after the other: what is killed after a commit has then no other reply that it could cut off.
      if (this.emulator.polls(this.login.ilink_bot_id) > 0 && this.waiting() === 0) {
        await this.write(round, burst);
        patience.progressed();
      }
      await wait(2);
    }
    await this.replies.noteKill();
  }

  /** Starts once more, and waits until a last message has come through: everything before it has by then. */
  async drain(): Promise<void> {
    const patience = new Patience(this.start(this.task), 'the last process took nothing');
    const round = this.written.push([]) - 1;
    const last = await this.write(round, 1);
    while (!readLedger(this.task.ledger).some(({ text }) => text === last)) {
      patience.check();
      await wait(20);
    }
    await wait(SETTLE_MS);
    this.stop();
  }

  results(): StepResult[] {
    const evidence = {
      entries: readLedger(this.task.ledger),
      kept: keptTexts(this.task.store),
      cut: this.replies.cut(this.written.flat()),
    };
    return STEPS.map((step, index) => this.resultOf(step, index, evidence));
  }

  private resultOf(step: Step, index: number, { entries, kept, cut }: Evidence): StepResult {
    const rounds = this.written.slice(0, -1).filter((_, round) => round % STEPS.length === index);
    const texts = new Set(rounds.flat());
    const own = entries.filter(({ text }) => texts.has(text));
    const excuses = KEPT_STEPS.has(step) ? new Set<string>() : cut;
    const most = mostExecutions(this.acknowledge, this.written.length);
    const { lostInReply, lostFromStore, ...counts } = judge([...texts], own, kept, excuses, most);
    return {
      step,
      kills: rounds.length,
      messages: texts.size,
      lostInReply: lostInReply.length,
      lostFromStore: lostFromStore.length,
      ...counts,
    };
  }

  stop(): void {
    this.running?.kill('SIGKILL');
  }

  /** So many messages in one reply. @returns the last text */
  private async write(round: number, count: number): Promise<string> {
    const before = this.written[round]!.length;
    const texts = Array.from({ length: count }, (_, index) => `${round}.${before + index}`);
    this.written[round]!.push(...texts);
    const who = { bot_id: this.login.ilink_bot_id, user_id: this.login.ilink_user_id };
    await this.emulator.writeTogether(texts.map((text) => ({ ...who, text })));
    return texts.at(-1)!;
  }

  /** How much was kept and not handed over so far. */
  private waiting(): number {
    if (!existsSync(this.task.store)) return 0;
    const [row] = readRows<{ waiting: number }>(
      this.task.store,
      'SELECT count(*) AS waiting FROM deliveries',
    );
    return row!.waiting;
  }

  private start(task: ChildTask): ChildProcess {
    const child = fork(this.script, [JSON.stringify(task)], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.running = child;
    return child;
  }
}
