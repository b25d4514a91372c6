import { createHash, randomBytes } from 'node:crypto';
import type { IDataObject, INodeExecutionData, IRun, ITriggerFunctions } from 'n8n-workflow';

import type { DeliveryHandler, DeliveryResult } from '../../../bot/receive/deliveries';
import type { Clock } from '../../../ilink/clock';
import { readMessage, type IncomingMessage } from '../../../ilink/incoming';
import type { StoredMessage } from '../../../store/store';
import { passes } from './filter';
import { describeStatusEvent } from '../shared/waiting';
import { toItemJson } from './item';
import type { MakeItem } from './makeItem';
import { isCutOff, offerMessage, type Ending, type Unconfirmed } from './offer';
import type { Acknowledge, TriggerSettings } from './settings';
import type { ShowTyping } from './typing';
import { nodeLog } from '../texts';

/** n8n keeps at most this many characters of a deduplication key. */
const MAX_KEY_LENGTH = 255;
/**
 * How many executions that a crash cut off are enough. More than chance makes, so that a message that does no harm is not given
 * up because of one that crashes n8n beside it.
 */
const MAX_CRASHES = 10;

/** What an item is made with, besides the message. */
export interface HandlerDeps {
  /** Makes the item of a message; without one it holds what the message itself says. */
  makeItem?: MakeItem;
  /** To the sender, as long as the execution runs. */
  showTyping?: ShowTyping | undefined;
  /** Is told of executions about which n8n says nothing. */
  unconfirmed?: Unconfirmed | undefined;
  /** Aborts when the trigger is closed: what is still being made then, is made and given again the next time. */
  signal?: AbortSignal;
}

/** How this workflow takes messages. */
export function handlerFor(
  context: ITriggerFunctions,
  settings: TriggerSettings,
  clock: Clock,
  { makeItem = plainItem(settings), showTyping, unconfirmed, signal }: HandlerDeps = {},
): DeliveryHandler {
  return {
    order: settings.order,
    concurrency: settings.concurrency,
    retryDelayMs: settings.retryDelayMs,
    ...(settings.placeMs !== undefined && { placeMs: settings.placeMs }),
    // Else n8n knows the message after a crash, and drops it.
    countsStarts: settings.acknowledge !== 'taken',
    async handle(stored, attempt) {
      const message = readMessage(JSON.parse(stored.body));
      const item = await itemOf(stored, message, settings, makeItem);
      if (!item) return 'done';
      if (signal?.aborted) return 'again';
      if (crashedTooOften(settings, attempt)) {
        reportGivenUp(context, attempt);
        return 'gaveUp';
      }
      const key = deduplicationKey(context, stored, message, attemptName(settings.acknowledge));
      const ended = offerMessage(context, item, { ...settings, key }, clock, unconfirmed);
      const ending = await ended.finally(showTyping?.(message));
      if ('refused' in ending) reportRefusal(context, ending.refused);
      const result = judge(ending, settings, attempt);
      if (result === 'gaveUp') reportGivenUp(context, attempt + 1);
      return result;
    },
  };
}

/** The item; nothing when this trigger does not want it. A notice is one of its status items already. */
async function itemOf(
  { kind }: Pick<StoredMessage, 'kind'>,
  message: IncomingMessage,
  settings: TriggerSettings,
  makeItem: MakeItem,
): Promise<INodeExecutionData | undefined> {
  if (kind === 'notice')
    return settings.statusItems ? { json: describeStatusEvent(message.raw as IDataObject) } : undefined;
  return passes(message, settings) ? makeItem(message) : undefined;
}

function plainItem({ includeRaw, language }: TriggerSettings): MakeItem {
  return async (message) => ({ json: toItemJson(message, includeRaw, undefined, language) });
}

/**
 * Whether the message is handed over. A message that n8n took is, however the execution ends, unless the user asks for
 * more. A message that n8n could not take is tried again without end: it would be lost otherwise.
 */
export function judge(
  ending: Ending,
  {
    acknowledge,
    maxAttempts,
    offersAgain,
  }: Pick<TriggerSettings, 'acknowledge' | 'maxAttempts'> & Partial<Pick<TriggerSettings, 'offersAgain'>>,
  attempt: number,
): DeliveryResult {
  if ('refused' in ending) return 'refused';
  // n8n may not have begun with it, and goes on being offered it.
  if (acknowledge === 'taken' && 'deadline' in ending && offersAgain && !ending.known) return 'refused';
  if (acknowledge === 'taken') return 'done';
  // A duplicate of this very attempt: n8n has an execution for it, and its end is not ours to learn.
  if ('run' in ending && ending.run === undefined) return 'done';
  if ('run' in ending && isGoodEnough(ending.run!, acknowledge)) return 'done';
  return attempt + 1 >= maxAttempts ? 'gaveUp' : 'again';
}

/** An attempt that ended in this process is never followed by so many: each of these ended with its process. */
function crashedTooOften({ acknowledge, maxAttempts }: TriggerSettings, attempt: number): boolean {
  return acknowledge !== 'taken' && attempt >= Math.max(maxAttempts, MAX_CRASHES);
}

function isGoodEnough(run: IRun, acknowledge: Acknowledge): boolean {
  if (isCutOff(run)) return false;
  // An execution that waits is kept by n8n and goes on by itself.
  return acknowledge === 'finished' || run.status === 'success' || run.status === 'waiting';
}

/**
 * n8n creates no second execution for a key that it knows. So a message that was under way when n8n crashed is offered
 * again under the same key, and n8n drops it if it has it. Where a finished execution is asked for, that one does not count,
 * and the key is another for each attempt, in whatever process.
 */
function attemptName(acknowledge: Acknowledge): string {
  return acknowledge === 'taken' ? '' : `:${randomBytes(9).toString('base64url')}`;
}

/** Keys hold for a whole n8n, so workflow and node are part of it. A message without an id is known by its arrival. */
export function deduplicationKey(
  context: Pick<ITriggerFunctions, 'getWorkflow' | 'getNode'>,
  stored: StoredMessage,
  { messageId }: IncomingMessage,
  suffix = '',
): string {
  const arrival = JSON.stringify([stored.seq, stored.receivedAt, stored.body]);
  const identity = messageId ?? digest(arrival);
  const key = `wechat:${context.getWorkflow().id ?? ''}:${context.getNode().id}:${identity}${suffix}`;
  // The ids of an imported workflow may be of any length. Cut off, all messages would have one key, and only the first get in.
  return key.length <= MAX_KEY_LENGTH ? key : `wechat:${digest(key)}`;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function reportRefusal(context: ITriggerFunctions, error: unknown): void {
  const name = error instanceof Error ? error.name : typeof error;
  context.logger.error(nodeLog.notStarted(name));
}

function reportGivenUp(context: ITriggerFunctions, attempts: number): void {
  context.logger.error(nodeLog.givenUp(attempts));
}
