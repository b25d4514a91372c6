import type { ITriggerFunctions } from 'n8n-workflow';

import type { Order } from '../../../bot/deliveries';
import { MESSAGE_TYPES, type MessageKind } from './item';

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
}

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
 */
export function readSettings(context: ITriggerFunctions): TriggerSettings {
  const types = context.getNodeParameter('messageTypes', []) as MessageKind[];
  const filters = context.getNodeParameter('filters', {}) as { senders?: string };
  const options = context.getNodeParameter('options', {}) as Options;
  return {
    types: new Set(types.filter((type) => (MESSAGE_TYPES as readonly string[]).includes(type))),
    senders: new Set(splitList(String(filters.senders ?? ''))),
    includeRaw: options.includeRaw ?? false,
    statusItems: options.statusItems ?? false,
    showTyping: options.showTyping ?? false,
    acknowledge: options.acknowledge ?? 'taken',
    order: options.order ?? 'parallel',
    limit: atLeast(1, options.maxParallel, 20),
    retryDelayMs: atLeast(1, options.retryDelay, 60) * 1_000,
    maxAttempts: atLeast(1, options.maxAttempts, 3),
    deadlineMs: atLeast(1, options.deadline, 60) * 60_000,
  };
}

/** Entries separated by commas, semicolons (also the Chinese ones), spaces or lines. */
function splitList(text: string): string[] {
  return text.split(/[\s,;，；、]+/).filter((entry) => entry !== '');
}

function atLeast(least: number, value: unknown, otherwise: number): number {
  const number = Number(value ?? otherwise);
  return Number.isFinite(number) ? Math.max(least, number) : otherwise;
}
