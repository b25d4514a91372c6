import { kindOf } from './item';
import type { TriggerSettings } from './settings';

/** Whether a message starts the workflow. Looked at before anything else is done for it. */
export function passes(
  message: unknown,
  { types, senders }: Pick<TriggerSettings, 'types' | 'senders'>,
): boolean {
  if (senders.size > 0 && !senders.has(senderOf(message))) return false;
  return types.size === 0 || types.has(kindOf(message));
}

function senderOf(message: unknown): string {
  const { from_user_id } = Object(message) as { from_user_id?: unknown };
  return typeof from_user_id === 'string' ? from_user_id : '';
}
