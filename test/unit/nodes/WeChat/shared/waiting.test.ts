import { statusEventOf } from '../../../../../bot/send/status-events';
import { unreadableEvent } from '../../../../../bot/receive/unreadable';
import { ILinkApiError } from '../../../../../ilink/errors';
import { describeStatusEvent } from '../../../../../nodes/WeChat/shared/waiting';
import type { QueuedMessage } from '../../../../../store/outbox';

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
const refusal = new ILinkApiError('sendmessage', { ret: -3 }, []);
const itemOf = (event: Parameters<typeof statusEventOf>[1]): Record<string, unknown> =>
  describeStatusEvent(JSON.parse(JSON.stringify(statusEventOf([message], event, AT))));

describe('The item of a notice', () => {
  it('says why the server refused, in words, and keeps no code of ours', () => {
    const item = itemOf({ state: 'queued_refused', error: refusal, mayHaveArrived: false });
    expect(item).toMatchObject({
      message: 'WeChat refused queued messages, so they were not sent',
      reason: 'WeChat does not know this recipient',
      next: expect.stringContaining('from_user_id'),
    });
    expect(item).not.toHaveProperty('error');
  });

  it('has sentences of its own for what nobody knows', () => {
    const said = [false, true].flatMap((mayHaveArrived) => [
      itemOf({ state: 'queued_refused', error: refusal, mayHaveArrived }).message,
      itemOf({ state: 'queued_expired', mayHaveArrived }).message,
    ]);
    expect(new Set(said).size).toBe(4);
    expect(said.slice(2).join()).toContain('They may have arrived');
    expect(itemOf({ state: 'queued_expired', mayHaveArrived: true }).outcome).toBe('unconfirmed');
  });

  it('says what messages wait for', () => {
    expect(itemOf({ state: 'queued', reason: 'throttled' })).toMatchObject({
      message: 'Messages wait to be sent',
      reasonCode: 'throttled',
      reason: expect.stringContaining('takes no more messages'),
      next: expect.stringContaining('by itself'),
    });
  });

  it('does not call a send doubtful that was taken without an id', () => {
    const taken = { outcome: 'unconfirmed' as const, client_id: 'c1' };
    expect(itemOf({ state: 'queued_sent', taken }).message).toBe('Queued messages were sent');
  });

  it('says of what could not be read where it is found', () => {
    const { body } = unreadableEvent([{ reason: 'not_json', bytes: Buffer.from('x'), size: 1 }], AT);
    expect(describeStatusEvent(JSON.parse(body))).toEqual({
      type: 'status',
      state: 'unreadable',
      since: '2026-01-02T00:00:00.000Z',
      needsPerson: true,
      message:
        'WeChat sent something that cannot be read. What could be read was taken; the rest is kept as it came',
      next: 'Run "n8n-nodes-wechat-ilink doctor" where n8n runs: it lists what is kept. Ask the sender to write again.',
      pieces: 1,
      bytes: 1,
      reasons: ['not_json'],
    });
  });

  it('is the same of one that an earlier version kept with its sentences', () => {
    const kept = {
      type: 'status',
      state: 'queued_refused',
      message: 'm',
      reason: 'r',
      next: 'n',
      queued: [],
    };
    expect(describeStatusEvent(kept)).toEqual(kept);
    const waits = { type: 'status', state: 'queued', message: 'm', reasonCode: 'throttled' };
    expect(describeStatusEvent(waits)).toMatchObject({
      message: 'm',
      reason: expect.stringContaining('no more'),
    });
  });
});
