import { ConversationClosed } from '../../../../../../bot/send/failures';
import { wordsOf } from '../../../../../../nodes/WeChat/texts';
import type { SendResult } from '../../../../../../bot/send/message';
import { ILinkApiError } from '../../../../../../ilink/errors';
import { describeSent } from '../../../../../../nodes/WeChat/actions/message/sent';

type Part = SendResult['parts'][number];
const accepted: Part = { type: 'text', outcome: 'accepted', message_id: '1', client_id: 'c1' };
const second: Part = {
  type: 'image',
  outcome: 'accepted',
  message_id: '18446744073709551615',
  client_id: 'c2',
};
const unconfirmed: Part = { type: 'image', outcome: 'unconfirmed', client_id: 'c3' };
const queued: Part = {
  type: 'text',
  outcome: 'queued',
  queueId: 7,
  expiresAt: '2026-11-28T12:00:00.000Z',
  reasonCode: 'quota_used',
};
const refused: Part = { type: 'text', outcome: 'refused', error: new Error('no') };

const OPEN = {
  canSend: true,
  sendsLeft: 8,
  windowClosesAt: '2026-11-23',
  lastInboundAt: '2026-11-22',
  queued: 0,
};
const START = Date.UTC(2026, 10, 22, 12);
const sent = (parts: Part[], more: Partial<SendResult> = {}): SendResult => ({
  parts,
  resumed: 0,
  startedAt: START,
  finishedAt: START + 1_500,
  ...more,
});
const outcomeOf = (...parts: Part[]) => describeSent('u', sent(parts), OPEN).outcome;

describe('The output of a send', () => {
  test('has the ids of its message, the conversation and the time it took', () => {
    expect(describeSent('u', sent([accepted]), OPEN)).toEqual({
      outcome: 'accepted',
      to_user_id: 'u',
      message_id: '1',
      client_id: 'c1',
      message_ids: ['1'],
      client_ids: ['c1'],
      parts: [accepted],
      conversation: OPEN,
      timing: {
        startedAt: '2026-11-22T12:00:00.000Z',
        finishedAt: '2026-11-22T12:00:01.500Z',
        durationMs: 1_500,
      },
    });
  });

  test('has the ids of the last of several messages at the top, and all of them below', () => {
    expect(describeSent('u', sent([accepted, second]), OPEN)).toMatchObject({
      outcome: 'accepted',
      message_id: '18446744073709551615',
      message_ids: ['1', '18446744073709551615'],
      client_ids: ['c1', 'c2'],
    });
  });

  test('is as bad as the worst of its messages', () => {
    expect(outcomeOf(accepted, second)).toBe('accepted');
    expect(outcomeOf(unconfirmed, accepted)).toBe('unconfirmed');
    expect(outcomeOf(accepted, unconfirmed, queued)).toBe('queued');
    expect(outcomeOf(accepted, refused, { type: 'text', outcome: 'not_sent' })).toBe('refused');
    // The first one may have arrived, the second certainly has not.
    expect(outcomeOf(unconfirmed, { type: 'text', outcome: 'not_sent' })).toBe('refused');
  });

  test('says where queued messages are found and until when they wait', () => {
    const output = describeSent('u', sent([accepted, queued, { ...queued, queueId: 8 }]), OPEN);
    expect(output.queued).toEqual({ ids: [7, 8], expiresAt: '2026-11-28T12:00:00.000Z' });
    expect(output).toMatchObject({
      reasonCode: 'quota_used',
      reason: expect.stringContaining('used up'),
      next: expect.stringContaining('writes again'),
    });
  });

  test('says why it broke off and what to do, with the code of the server', () => {
    const refusal = new ILinkApiError('sendmessage', { ret: -3, errmsg: 'invalid arguments' }, []);
    expect(describeSent('u', sent([refused], { failure: refusal }), OPEN)).toMatchObject({
      reason: wordsOf(refusal).message,
      next: wordsOf(refusal).next,
      detail: 'sendmessage answered code -3, "invalid arguments"',
    });
    const closed = describeSent(
      'u',
      sent([refused], { failure: new ConversationClosed('quota_used') }),
      OPEN,
    );
    expect(closed).toMatchObject({ reasonCode: 'quota_used', reason: expect.stringContaining('used up') });
    expect(closed).not.toHaveProperty('detail');
  });

  test('says how many messages an earlier try had sent', () => {
    expect(describeSent('u', sent([accepted, second], { resumed: 1 }), OPEN).resumedAfter).toBe(1);
    expect(describeSent('u', sent([accepted]), OPEN)).not.toHaveProperty('resumedAfter');
  });

  test('is a copy: a node that changes its output changes nothing else', () => {
    const part = { ...accepted };
    const { parts } = describeSent('u', sent([part]), OPEN) as { parts: Array<{ outcome: string }> };
    parts[0]!.outcome = 'changed';
    expect(part.outcome).toBe('accepted');
  });
});
