import type { IRun, ITriggerFunctions } from 'n8n-workflow';

import type { Bot } from '../../../bot/bot';
import type { Memory } from '../../../bot/memory';
import type { Clock } from '../../../ilink/clock';
import { readMessage, type IncomingMessage } from '../../../ilink/incoming';
import { passes } from './filter';
import { handlerFor } from './handOver';
import { itemMaker } from './makeItem';
import type { Unconfirmed } from './offer';
import type { TriggerSettings } from './settings';
import { typingFor, type ShowTyping } from './typing';
import { nodeLog } from '../texts';

/** Takes messages out of the store for one trigger. */
export interface Subscription {
  /** Something new may be there. */
  wake(): void;
  /**
   * Says again that messages are to be kept for this trigger. When n8n has the same workflow active twice for a moment (a
   * change of leader), the one that ends says the opposite, perhaps after this one has begun.
   */
  renew(): Promise<void>;
  stop(): Promise<void>;
}

export interface SubscriptionDeps {
  bot: Bot;
  memory: Memory;
  clock: Clock;
  /** Is told of executions about which n8n says nothing. */
  unconfirmed?: Unconfirmed;
}

const WATCH_BATCH = 100;
/** What came while nobody listened is for workflows that were switched off for no longer than this. */
const LONG_SLEEP_MS = 7 * 86_400_000;

/** For an active workflow everything that is kept for it, also from before; for a test run what comes from now on. */
export function startSubscription(
  context: ITriggerFunctions,
  settings: TriggerSettings,
  deps: SubscriptionDeps,
): Promise<Subscription> {
  return context.getMode() === 'manual'
    ? showInTest(context, settings, deps)
    : subscribe(context, settings, deps);
}

/** Names a trigger among all triggers of this n8n. */
export function subscriberOf(context: Pick<ITriggerFunctions, 'getWorkflow' | 'getNode'>): string {
  return `${context.getWorkflow().id ?? ''}:${context.getNode().id}`;
}

async function subscribe(
  context: ITriggerFunctions,
  settings: TriggerSettings,
  deps: SubscriptionDeps,
): Promise<Subscription> {
  const { bot, memory, clock } = deps;
  const subscriber = subscriberOf(context);
  const renew = (): Promise<void> =>
    memory.store.inbox.subscribe(subscriber, bot.key, clock.now() - LONG_SLEEP_MS);
  await renew();
  const deliveries = memory.deliveries(subscriber);
  const closing = new AbortController();
  const { signal } = closing;
  const makeItem = itemMaker(context, settings, { bot, clock, signal });
  const showTyping = typingOf(context, settings, bot);
  const handler = handlerFor(context, settings, clock, {
    makeItem,
    showTyping,
    unconfirmed: deps.unconfirmed,
    signal,
  });
  deliveries.resume(handler);
  return {
    wake: () => deliveries.wake(),
    renew: renew,
    stop: async () => {
      closing.abort();
      if (deliveries.pause(handler)) await memory.store.inbox.unsubscribe(subscriber, clock.now());
    },
  };
}

function typingOf(
  { logger }: ITriggerFunctions,
  { showTyping }: TriggerSettings,
  { typing }: Bot,
): ShowTyping | undefined {
  return showTyping ? typingFor(typing, logger) : undefined;
}

/** Gives a message to a test run, and shows "typing…" while that works, where the settings want it. */
function testEmitter(
  context: ITriggerFunctions,
  settings: TriggerSettings,
  deps: SubscriptionDeps,
  signal: AbortSignal,
): (message: IncomingMessage) => Promise<void> {
  const makeItem = itemMaker(context, settings, { ...deps, signal });
  const showTyping = typingOf(context, settings, deps.bot);
  return async (message) => {
    const data = [[await makeItem(message)]];
    if (!showTyping) return context.emit(data);
    const done = context.helpers.createDeferredPromise<IRun>();
    context.emit(data, undefined, done);
    const hide = showTyping(message);
    done.promise.then(hide, hide);
  };
}

/** A test run only looks: what it shows is still handed to every active workflow. */
async function showInTest(
  context: ITriggerFunctions,
  settings: TriggerSettings,
  deps: SubscriptionDeps,
): Promise<Subscription> {
  const { store } = deps.memory;
  const closing = new AbortController();
  const emit = testEmitter(context, settings, deps, closing.signal);
  let lastSeq = await store.inbox.newestSeq(deps.bot.key);
  let looking = Promise.resolve();
  const look = async (): Promise<void> => {
    for (;;) {
      const messages = await store.inbox.messagesAfter(deps.bot.key, lastSeq, WATCH_BATCH);
      for (const { seq, body, kind } of messages) {
        lastSeq = seq;
        if (kind !== 'message') continue;
        const message = readMessage(JSON.parse(body));
        if (passes(message, settings)) await emit(message);
      }
      if (messages.length < WATCH_BATCH) return;
    }
  };
  const failed = (): void => context.logger.error(nodeLog.storeNotRead());
  return {
    wake: () => {
      looking = looking.then(look).catch(failed);
    },
    // Nothing is kept for it.
    renew: () => Promise.resolve(),
    stop: () => {
      closing.abort();
      return looking;
    },
  };
}
