import type { ITriggerFunctions } from 'n8n-workflow';

import type { Order } from '../../../bot/deliveries';
import { splitList } from '../shared/list';
import type { ReceiveOptions } from '../shared/receiveFile';
import { withTriggerParameters } from '../shared/parameters';
import { readReceiveOptions, type ReceiveParameters } from '../shared/receiveOptions';
import type { MessageKind } from './item';
import { triggerProperties } from './properties';

/** When a message counts as handed over to n8n. */
export type Acknowledge = 'taken' | 'finished' | 'succeeded';

/** What the trigger's parameters say. */
export interface TriggerSettings {
  /** Which kinds of message start the workflow. Empty: all of them. */
  types: ReadonlySet<MessageKind>;
  /** From whom. Empty: from everybody. */
  senders: ReadonlySet<string>;
  /** Whether the item carries the message as it came. */
  includeRaw: boolean;
  /** Whether changes of the connection come as items, too. */
  statusItems: boolean;
  /** Whether the sender sees "typing…" while the workflow runs. */
  showTyping: boolean;
  acknowledge: Acknowledge;
  order: Order;
  /** How many executions may run at the same time. */
  limit: number;
  retryDelayMs: number;
  maxAttempts: number;
  /** How long an execution is waited for. */
  deadlineMs: number;
  /** How files are fetched; nothing when they are not. */
  media?: ReceiveOptions;
}

/** How long a message waits for its files when nothing is set. */
const MEDIA_TIMEOUT_SECONDS = 60;

interface Options {
  includeRaw?: boolean;
  statusItems?: boolean;
  showTyping?: boolean;
  acknowledge?: Acknowledge;
  order?: Order;
  maxParallel?: number;
  retryDelay?: number;
  maxAttempts?: number;
  deadline?: number;
}

/**
 * Reads every parameter, once. It has to happen before `trigger()` returns: afterwards n8n's expression engine is gone and
 * getNodeParameter fails with an IsolateError.
 *
 * @throws InputProblem for a value that does not exist
 */
export function readSettings(trigger: ITriggerFunctions): TriggerSettings {
  const context = withTriggerParameters(trigger, triggerProperties);
  const types = context.getNodeParameter('messageTypes', []) as MessageKind[];
  const filters = context.getNodeParameter('filters', {}) as { senders?: string };
  const options = context.getNodeParameter('options', {}) as Options;
  return {
    types: new Set(types),
    senders: new Set(splitList(String(filters.senders ?? ''))),
    includeRaw: options.includeRaw ?? false,
    statusItems: options.statusItems ?? false,
    showTyping: options.showTyping ?? false,
    acknowledge: options.acknowledge ?? 'taken',
    order: options.order ?? 'parallel',
    limit: options.maxParallel ?? 20,
    retryDelayMs: (options.retryDelay ?? 60) * 1_000,
    maxAttempts: options.maxAttempts ?? 3,
    deadlineMs: (options.deadline ?? 60) * 60_000,
    ...(context.getNodeParameter('downloadMedia', false) === true && { media: readMedia(context) }),
  };
}

function readMedia(context: ITriggerFunctions): ReceiveOptions {
  const parameters = context.getNodeParameter('mediaOptions', {}) as ReceiveParameters;
  return readReceiveOptions(parameters, MEDIA_TIMEOUT_SECONDS);
}
