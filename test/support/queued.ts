import type { QueuedMessage } from '../../store/store';
import { NOW } from './received';

/** A message that is to wait. */
export function toQueue(more: Partial<QueuedMessage> = {}): Omit<QueuedMessage, 'id'> {
  return {
    bot: 'bot',
    userId: 'u@im.wechat',
    sendId: 's',
    type: 'text',
    item: '{}',
    reason: '',
    ageNote: '',
    quota: 10,
    windowMs: 1,
    queuedAt: NOW,
    expiresAt: NOW + 1e9,
    clientId: null,
    ...more,
  };
}
