import { describeSent, type SentPart } from '../../../../../../nodes/WeChat/actions/message/sent';

const accepted: SentPart = { type: 'text', outcome: 'accepted', message_id: '1', client_id: 'c1' };
const second: SentPart = {
  type: 'image',
  outcome: 'accepted',
  message_id: '18446744073709551615',
  client_id: 'c2',
};
const unconfirmed: SentPart = { type: 'image', outcome: 'unconfirmed', client_id: 'c3' };

const OPEN = { canSend: true, sendsLeft: 8, windowClosesAt: '2026-11-23', lastInboundAt: '2026-11-22' };

describe('The output of a send', () => {
  test('has the ids of its message', () => {
    expect(describeSent('u', [accepted], OPEN)).toEqual({
      outcome: 'accepted',
      to_user_id: 'u',
      message_id: '1',
      client_id: 'c1',
      parts: [accepted],
      conversation: OPEN,
    });
  });

  test('has the ids of the last of several messages at the top, and all of them below', () => {
    expect(describeSent('u', [accepted, second], OPEN)).toMatchObject({
      outcome: 'accepted',
      message_id: second.message_id,
      client_id: 'c2',
      parts: [accepted, second],
    });
  });

  test('is unconfirmed as soon as one part is, and has no message id that the last part has not', () => {
    expect(describeSent('u', [unconfirmed, accepted], OPEN).outcome).toBe('unconfirmed');
    const last = describeSent('u', [accepted, unconfirmed], OPEN);
    expect(last.outcome).toBe('unconfirmed');
    expect(last).not.toHaveProperty('message_id');
  });

  test('is a copy: a node that changes its output changes nothing else', () => {
    const part = { ...accepted };
    const { parts } = describeSent('u', [part], OPEN) as { parts: Array<{ outcome: string }> };
    parts[0]!.outcome = 'changed';
    expect(part.outcome).toBe('accepted');
  });
});
