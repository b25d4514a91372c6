import type { OutboxEvent } from '../../../bot/send/status-events';

const DOUBT = 'They may have arrived: the answer to an earlier attempt got lost';

const OUTBOX: Record<OutboxEvent['state'], string> = {
  queued: 'Messages wait to be sent',
  queued_sent: 'Queued messages were sent',
  queued_refused: 'WeChat refused queued messages, so they were not sent',
  queued_expired: 'Queued messages expired before the user wrote again, so they were not sent',
};
const IN_DOUBT: Partial<typeof OUTBOX> = {
  queued_refused: `WeChat refused queued messages when they were sent once more. ${DOUBT}`,
  queued_expired: `Queued messages expired before the user wrote again. ${DOUBT}`,
};

/** What became of queued messages, without what they say. */
export function outboxSentence(state: OutboxEvent['state'], mayHaveArrived: boolean): string {
  return (mayHaveArrived && IN_DOUBT[state]) || OUTBOX[state];
}
