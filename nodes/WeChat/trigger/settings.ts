import type { ITriggerFunctions } from 'n8n-workflow';

import type { ContentType } from '../../../ilink/incoming-item';
import type { Order } from '../../../bot/receive/deliveries';
import { splitList } from '../shared/list';
import { numberOr } from '../shared/number';
import type { ReceiveOptions } from '../media/receiveFile';
import { withTriggerParameters } from '../shared/parameters';
import { readReceiveOptions, type ReceiveParameters } from '../media/receiveOptions';
import type { ChatLanguage } from '../texts';
import { triggerProperties } from './properties';

/** When a message counts as handed over to n8n. */
export type Acknowledge = 'taken' | 'finished' | 'succeeded';

/** What the trigger's parameters say. */
export interface TriggerSettings {
  /** Which kinds of message start the workflow. Empty: all of them. */
  types: ReadonlySet<ContentType>;
  /** From whom. Empty: from everybody. */
  senders: ReadonlySet<string>;
  /** Whether the item carries the message as it came. */
  includeRaw: boolean;
  /** In which `chatInput` says what came that is no text. */
  language: ChatLanguage;
  /** Whether changes of the connection come as items, too. */
  statusItems: boolean;
  /** How long a fault of the connection has to last until it is told. */
  troubleAfterMs: number;
  /** Whether the sender sees "typing…" while the workflow runs. */
  showTyping: boolean;
  acknowledge: Acknowledge;
  order: Order;
  /** How many executions may run at the same time. */
  concurrency: number;
  retryDelayMs: number;
  maxAttempts: number;
  /** How long an execution is waited for. */
  deadlineMs: number;
  /** How long an execution that does not end counts for `concurrency`; without it, until its end or the deadline. */
  placeMs?: number;
  /**
   * Whether a message that n8n has taken is offered again, under the same key, while nobody says what became of its execution: in
   * queue mode a job can get lost with Redis, and n8n drops what it has.
   */
  offersAgain: boolean;
  /** Whether the end of an execution is waited for when n8n says that it has it. */
  waitsForEnd: boolean;
  /** How files are fetched; nothing when they are not. */
  media?: ReceiveOptions;
}

/** How long a message waits for its files when nothing is set. */
const MEDIA_TIMEOUT_SECONDS = 60;

interface Options {
  includeRaw?: boolean;
  chatInputLanguage?: ChatLanguage;
  statusItems?: boolean;
  showTyping?: boolean;
  acknowledge?: Acknowledge;
  order?: Order;
  maxParallel?: number;
  retryDelay?: number;
  maxAttempts?: number;
  deadline?: number;
  troubleAfter?: number;
}

const MINUTES = { unit: 60_000 };
const SECONDS = { unit: 1_000 };
const DEADLINE_MINUTES = 60;
/** Nothing tells when n8n or Redis has lost an execution that was taken, and its place must not be lost with it for long. */
const TAKEN_PLACE_MINUTES = 2;
/** What somebody wants in order, or wants few of at a time, waits longer: executions that are under way are not to be overtaken. */
const TAKEN_ORDER_MINUTES = 5;

/**
 * Reads every parameter, once. It has to happen before `trigger()` returns: afterwards n8n's expression engine is gone and
 * getNodeParameter fails with an IsolateError.
 *
 * @throws InputProblem for a value that does not exist
 */
export function readSettings(
  trigger: ITriggerFunctions,
  env: NodeJS.ProcessEnv = process.env,
): TriggerSettings {
  const context = withTriggerParameters(trigger, triggerProperties);
  const types = context.getNodeParameter('messageTypes', []) as ContentType[];
  const filters = context.getNodeParameter('filters', {}) as { senders?: string };
  const options = context.getNodeParameter('options', {}) as Options;
  return {
    types: new Set(types),
    senders: new Set(splitList(String(filters.senders ?? ''))),
    includeRaw: options.includeRaw ?? false,
    language: options.chatInputLanguage ?? 'en',
    statusItems: options.statusItems ?? false,
    showTyping: options.showTyping ?? false,
    troubleAfterMs: numberOr(options.troubleAfter, 2, MINUTES),
    acknowledge: options.acknowledge ?? 'taken',
    order: options.order ?? 'parallel',
    concurrency: numberOr(options.maxParallel, defaultConcurrency(env)),
    retryDelayMs: numberOr(options.retryDelay, 60, SECONDS),
    maxAttempts: numberOr(options.maxAttempts, 3),
    ...deadlineOf(options, env),
    ...(context.getNodeParameter('downloadMedia', false) === true && { media: readMedia(context) }),
  };
}

/** One process runs as many well beside the rest of n8n. */
const PARALLEL = 20;
/** Where workers run them, main only waits for their ends: ten workers of n8n's default concurrency (10). */
const PARALLEL_ON_WORKERS = 100;
/** Each is an item in the memory of main, and a promise. */
const MOST_PARALLEL = 1_000;

function defaultConcurrency(env: NodeJS.ProcessEnv): number {
  const usual = env.EXECUTIONS_MODE === 'queue' ? PARALLEL_ON_WORKERS : PARALLEL;
  const set = Math.floor(numberOr(env.WECHAT_ILINK_MAX_PARALLEL, usual, { above: 0 }));
  return Math.min(Math.max(set, 1), MOST_PARALLEL);
}

/**
 * A deadline that somebody has set holds. Otherwise it is short where a message counts as handled once n8n has taken it: a lost
 * execution must stop neither the trigger nor what is in order behind it for long.
 */
function deadlineOf(
  { acknowledge = 'taken', deadline, order = 'parallel', maxParallel }: Options,
  env: NodeJS.ProcessEnv,
): Pick<TriggerSettings, 'deadlineMs' | 'offersAgain' | 'placeMs' | 'waitsForEnd'> {
  const offersAgain = acknowledge === 'taken' && env.EXECUTIONS_MODE === 'queue';
  const waitsForEnd = deadline !== undefined || order !== 'parallel' || maxParallel !== undefined;
  const how = { offersAgain, waitsForEnd };
  if (acknowledge !== 'taken' || deadline !== undefined)
    return { ...how, deadlineMs: numberOr(deadline, DEADLINE_MINUTES, MINUTES) };
  const place = offersAgain || maxParallel === undefined ? TAKEN_PLACE_MINUTES : TAKEN_ORDER_MINUTES;
  const minutes =
    waitsForEnd || !offersAgain ? (order === 'parallel' ? place : TAKEN_ORDER_MINUTES) : DEADLINE_MINUTES;
  return { ...how, deadlineMs: minutes * 60_000, placeMs: place * 60_000 };
}

function readMedia(context: ITriggerFunctions): ReceiveOptions {
  const parameters = context.getNodeParameter('mediaOptions', {}) as ReceiveParameters;
  return readReceiveOptions(parameters, MEDIA_TIMEOUT_SECONDS);
}
