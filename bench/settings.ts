import type { TriggerSettings } from '../nodes/WeChat/trigger/settings';

/** The trigger's settings as they are when nobody has changed them. */
export const DEFAULT_SETTINGS: TriggerSettings = {
  types: new Set(),
  senders: new Set(),
  includeRaw: false,
  language: 'en',
  statusItems: false,
  showTyping: false,
  acknowledge: 'taken',
  order: 'parallel',
  concurrency: 20,
  retryDelayMs: 60_000,
  maxAttempts: 3,
  deadlineMs: 120_000,
  placeMs: 120_000,
  offersAgain: false,
  waitsForEnd: false,
  troubleAfterMs: 120_000,
};
