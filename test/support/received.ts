import type { ReceivedBatch, ReceivedMessage } from '../../store/store';

export const NOW = 1_764_000_000_000;

/** A message as a poll brings it, known by its id. */
export function receivedMessage(id: string, more: Partial<ReceivedMessage> = {}): ReceivedMessage {
  return {
    body: JSON.stringify({ id }),
    userId: 'u@im.wechat',
    keys: [{ key: `m:${id}`, windowMs: 1e12 }],
    ...more,
  };
}

/** What one poll brought. */
export function receivedBatch(messages: ReceivedMessage[], more: Partial<ReceivedBatch> = {}): ReceivedBatch {
  return {
    bot: 'bot',
    connection: 'connection',
    login: 'login',
    receivedAt: NOW,
    sleepersSince: NOW,
    messages,
    ...more,
  };
}
