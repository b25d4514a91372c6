/**
 * The process that is killed: receiver, store and hand-over as the trigger uses them, with a context whose `emit` writes the deduplication key to a
 * ledger at once, as n8n writes the row of an execution. Everything it needs comes as JSON in argv[2].
 */
import { appendFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import type { ICredentialDataDecryptedObject, IRun, ITriggerFunctions } from 'n8n-workflow';

import { BotRegistry } from '../../../bot/registry';
import { systemClock } from '../../../ilink/clock';
import { readCredential } from '../../../nodes/WeChat/shared/credential';
import type { TriggerSettings } from '../../../nodes/WeChat/trigger/settings';
import { startSubscription } from '../../../nodes/WeChat/trigger/subscription';
import { SqliteStore } from '../../../store/sqlite/sqlite-store';
import { TICK_MS } from './patience';
import { killer, stopwatch, watch, type Aim } from './aim';

export interface ChildTask {
  store: string;
  ledger: string;
  credential: ICredentialDataDecryptedObject;
  acknowledge: TriggerSettings['acknowledge'];
  /** Where to die; never without one. */
  aim?: Aim;
  /** A file for the time that each reply was at risk. */
  timings?: string;
}

const task = JSON.parse(process.argv[2]!) as ChildTask;
const settings: TriggerSettings = {
  types: new Set(),
  senders: new Set(),
  includeRaw: false,
  language: 'en',
  statusItems: false,
  showTyping: false,
  acknowledge: task.acknowledge,
  order: 'parallel',
  concurrency: 100,
  retryDelayMs: 50,
  maxAttempts: 1_000,
  deadlineMs: 60_000,
  offersAgain: false,
  waitsForEnd: false,
  troubleAfterMs: 120_000,
};

interface Deferred {
  promise: Promise<IRun>;
  resolve(run: IRun): void;
}

const reached = task.aim ? killer(task.aim) : task.timings ? stopwatch(task.timings) : () => undefined;
watch(reached);

/** What n8n does with an emit: it makes an execution under this key, which runs for some milliseconds. */
function emit(data: unknown[][], _response: unknown, done: Deferred, key: string): void {
  reached('before the emit');
  const [{ json }] = data[0] as [{ json: { text: string } }];
  appendFileSync(task.ledger, `${JSON.stringify({ key, text: json.text })}\n`);
  reached('after the emit');
  void wait(Math.random() * 5).then(() => done.resolve({ status: 'success' } as IRun));
}

const ignore = (): void => undefined;
const context = {
  emit,
  getMode: () => 'trigger',
  getNode: () => ({ id: 'node', name: 'WeChat Trigger', type: 'weChatTrigger' }),
  getWorkflow: () => ({ id: 'workflow' }),
  logger: {
    debug: ignore,
    info: ignore,
    warn: ignore,
    error: (line: string) => process.stderr.write(`${line}\n`),
  },
  helpers: {
    createDeferredPromise: () => {
      let resolve: Deferred['resolve'] = ignore;
      const promise = new Promise<IRun>((fulfil) => (resolve = fulfil));
      return { promise, resolve, reject: ignore };
    },
  },
} as unknown as ITriggerFunctions;

const bots = new BotRegistry({
  openStore: () =>
    SqliteStore.openInTurn(
      {
        path: task.store,
        now: Date.now,
        onSetAside: ({ reason }) => process.stderr.write(`set aside: ${reason}\n`),
      },
      (what) => process.stderr.write(`${what}\n`),
    ),
  // Nothing may be pruned: what is missing in the store counts as never kept.
  keep: { days: 7, messages: 1_000_000 },
  report: ({ code }, error) => process.stderr.write(`${code} ${String(error)}\n`),
});

async function main(): Promise<void> {
  setInterval(() => process.send?.('tick'), TICK_MS).unref();
  const memory = await bots.memory();
  const { bot } = bots.retain(readCredential(task.credential));
  const subscription = await startSubscription(context, settings, { bot, memory, clock: systemClock });
  bot.receiver.listen({ onArrival: () => subscription.wake() });
}

void main();
