import type { INodeProperties } from 'n8n-workflow';

import type { WhenClosed } from '../../../../bot/send/message';
import { DEFAULT_LIMITS, type Limits } from '../../../../bot/send/window';
import { nearestNumber } from '../../shared/number';

const HOUR_MS = 3_600_000;
const DEFAULT_PAUSE_MS = 500;
const DEFAULT_QUEUE_HOURS = 72;
const DEFAULT_AGE_NOTE = '🕒 {age}';

/** What WeChat allows, for users who know better than we do. */
export const limitOptions: INodeProperties[] = [
  {
    displayName: 'Message Limit',
    name: 'quota',
    type: 'number',
    typeOptions: { minValue: 1 },
    default: 10,
    description: 'How many messages are assumed to be allowed after each message of the user',
  },
  {
    displayName: 'Window (Hours)',
    name: 'windowHours',
    type: 'number',
    typeOptions: { minValue: 1 },
    default: 24,
    description: 'How long after the last message of the user messages are assumed to be allowed',
  },
];

/** Options of everything that sends. */
export const sendOptions: INodeProperties[] = [
  ...limitOptions,
  {
    displayName: 'Age Note',
    name: 'ageNote',
    type: 'string',
    default: DEFAULT_AGE_NOTE,
    description:
      'What is put before a queued text when it goes out late; {age} stands for how late, for example "3 h". Leave it empty for nothing.',
  },
  {
    displayName: 'If the Window Is Closed',
    name: 'whenClosed',
    type: 'options',
    default: 'queue',
    options: [
      { name: 'Fail', value: 'error', description: 'The node fails, and nothing more is sent' },
      {
        name: 'Queue',
        value: 'queue',
        description:
          'The message waits, also across restarts, and goes out when the user writes again, or by itself when WeChat only asked for a pause',
      },
      {
        name: 'Send Anyway',
        value: 'sendAnyway',
        description: 'WeChat is asked all the same. Repeating that too often can lengthen its pause.',
      },
    ],
    description:
      'What to do when the user has to write first: WeChat allows 10 messages, within 24 hours, after each message of the user',
  },
  {
    displayName: 'On Refused',
    name: 'onRefused',
    type: 'options',
    default: 'error',
    options: [
      { name: 'Continue', value: 'continue', description: 'The output says "refused", and why' },
      { name: 'Fail', value: 'error', description: 'The node fails with the reason' },
    ],
    description: 'What to do when WeChat refuses a message or cannot be reached',
  },
  {
    displayName: 'On Unconfirmed',
    name: 'onUnconfirmed',
    type: 'options',
    default: 'continue',
    options: [
      { name: 'Continue', value: 'continue', description: 'The output says "unconfirmed"' },
      {
        name: 'Fail',
        value: 'error',
        description:
          'The node fails, and nothing more is sent. A retry sends this message again, which may show it twice, and none that were accepted.',
      },
    ],
    description:
      'What to do when WeChat takes a message without giving it an ID, which often means that it is never shown',
  },
  {
    displayName: 'Pause Between Messages (Ms)',
    name: 'pauseMs',
    type: 'number',
    typeOptions: { minValue: 0 },
    default: DEFAULT_PAUSE_MS,
    description:
      'The distance to the message before, whoever sent it to this user. Several within a second trip a limit of WeChat for some; below 300 is not advised.',
  },
  {
    displayName: 'Queue for (Hours)',
    name: 'queueHours',
    type: 'number',
    typeOptions: { minValue: 1 },
    default: DEFAULT_QUEUE_HOURS,
    description: 'How long a queued message waits for the user to write before it expires',
  },
];

/** What the options of a send say. */
export interface SendSettings {
  whenClosed: WhenClosed;
  onRefused: 'error' | 'continue';
  onUnconfirmed: 'error' | 'continue';
  pauseMs: number;
  queueMs: number;
  ageNote: string;
  limits: Limits;
}

const HOURS = { least: 1, unit: HOUR_MS };

/** @param options the node's parameter "Options"; what is missing or no number has its default */
export function sendSettingsOf(options: object): SendSettings {
  const set = options as Record<string, unknown>;
  return {
    whenClosed: (set.whenClosed as WhenClosed | undefined) ?? 'queue',
    onRefused: set.onRefused === 'continue' ? 'continue' : 'error',
    onUnconfirmed: set.onUnconfirmed === 'error' ? 'error' : 'continue',
    pauseMs: nearestNumber(set.pauseMs, DEFAULT_PAUSE_MS, { least: 0 }),
    queueMs: nearestNumber(set.queueHours, DEFAULT_QUEUE_HOURS, HOURS),
    ageNote: String(set.ageNote ?? DEFAULT_AGE_NOTE),
    limits: limitsOf(options),
  };
}

/** @param options the node's parameter "Options" */
export function limitsOf(options: object): Limits {
  const { quota, windowHours } = options as Record<string, unknown>;
  return {
    quota: nearestNumber(quota, DEFAULT_LIMITS.quota, { least: 1 }),
    windowMs: nearestNumber(windowHours, DEFAULT_LIMITS.windowMs / HOUR_MS, HOURS),
  };
}
