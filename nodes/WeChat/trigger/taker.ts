import type { ITriggerFunctions } from 'n8n-workflow';

import type { Bot } from '../../../bot/bot';
import type { Memory } from '../../../bot/memory';
import type { Clock } from '../../../ilink/clock';
import { passes } from './filter';
import { handFor } from './handOver';
import { itemMaker } from './makeItem';
import type { TriggerSettings } from './settings';

/** Takes messages out of the store for one trigger. */
export interface Taker {
  /** Something new may be there. */
  wake(): void;
  stop(): Promise<void>;
}

export interface TakerDeps {
  bot: Bot;
  memory: Memory;
  clock: Clock;
}

const WATCH_BATCH = 100;

/** For an active workflow everything that is kept for it, also from before; for a test run what comes from now on. */
export function startTaker(
  context: ITriggerFunctions,
  settings: TriggerSettings,
  deps: TakerDeps,
): Promise<Taker> {
  return context.getMode() === 'manual' ? watch(context, settings, deps) : subscribe(context, settings, deps);
}

async function subscribe(
  context: ITriggerFunctions,
  settings: TriggerSettings,
  deps: TakerDeps,
): Promise<Taker> {
  const { bot, memory, clock } = deps;
  const subscriber = `${context.getWorkflow().id ?? ''}:${context.getNode().id}`;
  await memory.store.subscribe(subscriber, bot.scope);
  const deliveries = memory.deliveries(subscriber);
  const closing = new AbortController();
  const makeItem = itemMaker(context, settings, { bot, clock, signal: closing.signal });
  deliveries.resume(handFor(context, settings, clock, makeItem, closing.signal));
  return {
    wake: () => deliveries.wake(),
    stop: async () => {
      deliveries.pause();
      closing.abort();
      await memory.store.unsubscribe(subscriber, clock.now());
    },
  };
}

/** A test run only looks: what it shows is still handed to every active workflow. */
async function watch(context: ITriggerFunctions, settings: TriggerSettings, deps: TakerDeps): Promise<Taker> {
  const { store } = deps.memory;
  const closing = new AbortController();
  const makeItem = itemMaker(context, settings, { ...deps, signal: closing.signal });
  let lastSeq = await store.newestSeq(deps.bot.scope);
  let looking = Promise.resolve();
  const look = async (): Promise<void> => {
    for (;;) {
      const messages = await store.messagesAfter(deps.bot.scope, lastSeq, WATCH_BATCH);
      for (const { seq, body } of messages) {
        lastSeq = seq;
        const message: unknown = JSON.parse(body);
        if (passes(message, settings)) context.emit([[await makeItem(message)]]);
      }
      if (messages.length < WATCH_BATCH) return;
    }
  };
  const failed = (): void => context.logger.error('WeChat Trigger: the store could not be read');
  return {
    wake: () => {
      looking = looking.then(look).catch(failed);
    },
    stop: () => {
      closing.abort();
      return looking;
    },
  };
}
