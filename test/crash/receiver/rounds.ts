import { fork, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import { startEmulator, type BotLogin, type Emulator } from '../../../emulator';
import type { TriggerSettings } from '../../../nodes/WeChat/trigger/settings';
import { judge, keptTexts, readLedger, type Entry } from '../ledger';
import { Replies } from '../replies';
import { STEPS, type Step } from './aim';
import { bundleChild, taskIn } from './bundle';
import type { ChildTask } from './child';

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
}

interface Evidence {
  entries: Entry[];
  kept: ReadonlySet<string>;
  cut: ReadonlyMap<string, number>;
}

const MAX_PASSINGS = 4;
const MAX_BURST = 3;
const ROUND_LIMIT_MS = 20_000;
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
    acknowledge: TriggerSettings['acknowledge'],
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
    const deadline = Date.now() + ROUND_LIMIT_MS;
    const dead = (): boolean => victim.exitCode !== null || victim.signalCode !== null;
    this.written[round] = [];
    while (!dead()) {
      if (Date.now() > deadline) throw new Error(`round ${round}: the process did not come to "${step}"`);
      const held = this.emulator.polls(this.login.ilink_bot_id) > 0;
      for (let i = 0; held && i < burst && !dead(); i++) await this.write(round);
      await wait(2);
    }
    await this.replies.noteKill();
  }

  /** Starts once more, and waits until a last message has come through: everything before it has by then. */
  async drain(): Promise<void> {
    this.start(this.task);
    const round = this.written.push([]) - 1;
    const last = await this.write(round);
    const deadline = Date.now() + ROUND_LIMIT_MS;
    while (!readLedger(this.task.ledger).some(({ text }) => text === last)) {
      if (Date.now() > deadline) throw new Error('the last process took nothing');
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
    const { lostInReply, lostFromStore, ...counts } = judge([...texts], own, kept, cut);
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

  private async write(round: number): Promise<string> {
    const text = `${round}.${this.written[round]!.length}`;
    this.written[round]!.push(text);
    await this.emulator.write({ bot_id: this.login.ilink_bot_id, user_id: this.login.ilink_user_id, text });
    return text;
  }

  private start(task: ChildTask): ChildProcess {
    const child = fork(this.script, [JSON.stringify(task)], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.running = child;
    return child;
  }
}
