import { describeQueued, statusEventOf, type OutboxEvent } from '../../../../bot/send/status-events';
import { ILinkApiError } from '../../../../ilink/errors';
import type { QueuedMessage } from '../../../../store/outbox';

const AT = Date.UTC(2026, 0, 2);
const message: QueuedMessage = {
  id: 7,
  bot: 'bot',
  userId: 'u@im.wechat',
  sendId: 's',
  type: 'text',
  item: '{"type":1,"text_item":{"text":"hello"}}',
  reason: '',
  ageNote: '',
  quota: 10,
  windowMs: 1,
  queuedAt: AT - 5_000,
  expiresAt: AT + 5_000,
  clientId: 'c1',
};
const described = {
  id: 7,
  to_user_id: 'u@im.wechat',
  type: 'text',
  text: 'hello',
  queuedAt: '2026-01-01T23:59:55.000Z',
  expiresAt: '2026-01-02T00:00:05.000Z',
};
const refusal = new ILinkApiError('sendmessage', { ret: -3 }, []);

describe('statusEventOf', () => {
  it.each<[string, OutboxEvent, object]>([
    [
      'sent',
      { state: 'queued_sent', taken: { outcome: 'accepted', message_id: '1', client_id: 'c1' } },
      { needsPerson: false, outcome: 'accepted', message_id: '1', client_id: 'c1' },
    ],
    [
      'taken without an id',
      { state: 'queued_sent', taken: { outcome: 'unconfirmed', client_id: 'c1' } },
      { needsPerson: false, outcome: 'unconfirmed', client_id: 'c1' },
    ],
    [
      'refused',
      { state: 'queued_refused', error: refusal, mayHaveArrived: false },
      { needsPerson: true, error: { code: 'wrong_recipient', facts: refusal.facts } },
    ],
    [
      'refused in doubt',
      { state: 'queued_refused', error: refusal, mayHaveArrived: true },
      { needsPerson: true, outcome: 'in_doubt', error: { code: 'wrong_recipient', facts: refusal.facts } },
    ],
    ['expired', { state: 'queued_expired', mayHaveArrived: false }, { needsPerson: true }],
    [
      'expired in doubt',
      { state: 'queued_expired', mayHaveArrived: true },
      { needsPerson: true, outcome: 'in_doubt' },
    ],
  ])('says of messages that were %s what became of them', (_what, event, more) => {
    expect(statusEventOf([message], event, AT)).toEqual({
      type: 'status',
      state: event.state,
      since: '2026-01-02T00:00:00.000Z',
      to_user_id: 'u@im.wechat',
      queued: [described],
      ...more,
    });
  });

  it('shows nothing of an error that is not for people', () => {
    const event: OutboxEvent = { state: 'queued_refused', error: new Error('secret'), mayHaveArrived: false };
    expect(JSON.stringify(statusEventOf([message], event, AT))).not.toContain('secret');
  });
});

describe('describeQueued', () => {
  it('names a file, and shows no key of it', () => {
    const file_item = { file_name: 'a.pdf', media: { aes_key: 'secret' } };
    const file = { ...message, type: 'file', item: JSON.stringify({ type: 4, file_item }) };
    const { text: _text, ...rest } = described;
    expect(describeQueued(file)).toEqual({ ...rest, type: 'file', file_name: 'a.pdf' });
  });
});
