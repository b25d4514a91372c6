/**
 * A real process with a registry of bots, a receiver and the hand-over of one workflow, for what needs a pid and a kill. It is
 * bundled and forked; its task comes as JSON in argv[2], and it tells its parent what happens over IPC.
 */
import type { ICredentialDataDecryptedObject, IRun, ITriggerFunctions } from 'n8n-workflow';

import type { Bot } from '../../../bot/bot';
import type { Memory } from '../../../bot/memory';
import { BotRegistry } from '../../../bot/registry';
import { DEFAULT_LIMITS } from '../../../bot/send/window';
import { systemClock } from '../../../ilink/clock';
import { readCredential } from '../../../nodes/WeChat/shared/credential';
import { startSubscription } from '../../../nodes/WeChat/trigger/subscription';
import { SqliteStore } from '../../../store/sqlite/sqlite-store';

export interface ChildTask {
  store: string;
  workflow: string;
  /** With `send` it listens for nobody, and only does what it is told to. */
  mode: 'trigger' | 'manual' | 'send';
  credential: ICredentialDataDecryptedObject;
}

/** A message that started an execution, a change of the connection, or something that went wrong. */
export type ChildNews =
  | { text: string; key: string }
  | { state: string; reason?: string }
  | { report: string }
  | { sent: string; outcome: string }
  | { ready: true };

/** What a child is told to send. */
export interface ChildOrder {
  to: string;
  text: string;
}

const task = JSON.parse(process.argv[2]!) as ChildTask;
const tell = (news: ChildNews): void => void process.send!(news);
const ignore = (): void => undefined;

const context = {
  emit: (
    [[{ json }]]: [[{ json: { text: string } }]],
    _response: unknown,
    done?: PromiseWithResolvers<IRun>,
    key = '',
  ) => {
    tell({ text: json.text, key });
    done?.resolve({ status: 'success' } as IRun);
  },
  getMode: () => task.mode,
  getNode: () => ({ id: 'node' }),
  getWorkflow: () => ({ id: task.workflow }),
  logger: { debug: ignore, info: ignore, warn: ignore, error: (report: string) => tell({ report }) },
  helpers: { createDeferredPromise: () => Promise.withResolvers<IRun>() },
} as unknown as ITriggerFunctions;

const bots = new BotRegistry({
  openStore: () =>
    SqliteStore.openInTurn(
      { path: task.store, now: Date.now, onSetAside: ({ reason }) => tell({ report: reason }) },
      ({ code }) => tell({ report: code }),
    ),
  keep: { days: 7, messages: 1_000 },
  report: ({ code }, error) => tell({ report: `${code} ${String(error)}` }),
});

const HOUR_MS = 3_600_000;

async function send(bot: Bot, { to, text }: ChildOrder): Promise<void> {
  const { parts } = await bot.send({
    to,
    parts: [{ type: 'text', item: { type: 1, text_item: { text } } }],
    pauseMs: 0,
    whenClosed: 'queue',
    limits: DEFAULT_LIMITS,
    queueMs: HOUR_MS,
    ageNote: '',
  });
  tell({ sent: text, outcome: parts[0]!.outcome });
}

async function main(): Promise<void> {
  const memory = await bots.memory();
  const { bot } = bots.retain(readCredential(task.credential));
  process.on('message', (order) => void send(bot, order as ChildOrder));
  tell({ ready: true });
  if (task.mode !== 'send') await listen(bot, memory);
}

async function listen(bot: Bot, memory: Memory): Promise<void> {
  const settings = {
    types: new Set<never>(),
    senders: new Set<string>(),
    includeRaw: false,
    language: 'en',
    statusItems: false,
    showTyping: false,
    acknowledge: 'taken',
    order: 'parallel',
    concurrency: 100,
    retryDelayMs: 1_000,
    maxAttempts: 3,
    deadlineMs: 60_000,
    offersAgain: false,
    waitsForEnd: false,
    troubleAfterMs: 120_000,
  } as const;
  const subscription = await startSubscription(context, settings, { bot, memory, clock: systemClock });
  bot.receiver.listen({
    onArrival: () => subscription.wake(),
    onHealth: ({ state, error }) => tell({ state, ...(error && { reason: error.message }) }),
  });
}

// A parent that is gone leaves nothing behind.
process.on('disconnect', () => process.exit());
void main();
