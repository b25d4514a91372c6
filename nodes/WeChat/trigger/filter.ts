import type { IncomingMessage } from '../../../ilink/incoming';
import { contentTypeOf } from '../../../ilink/incoming-item';
import type { TriggerSettings } from './settings';

/** Whether a message starts the workflow. Looked at before anything else is done for it. */
export function passes(
  { fromUserId = '', items }: IncomingMessage,
  { types, senders }: Pick<TriggerSettings, 'types' | 'senders'>,
): boolean {
  if (senders.size > 0 && !senders.has(fromUserId)) return false;
  return types.size === 0 || types.has(contentTypeOf(items));
}
