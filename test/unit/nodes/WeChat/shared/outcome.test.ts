import { describeOutcome, publishedOutcome } from '../../../../../nodes/WeChat/shared/outcome';

describe('publishedOutcome', () => {
  it('has one word for what is in doubt and for what was taken without an id, and leaves the rest', () => {
    expect(publishedOutcome('in_doubt')).toBe('unconfirmed');
    expect(publishedOutcome('unconfirmed')).toBe('unconfirmed');
    for (const outcome of ['accepted', 'queued', 'refused', 'not_sent'] as const)
      expect(publishedOutcome(outcome)).toBe(outcome);
  });
});

describe('describeOutcome', () => {
  it('says what was taken as it is', () => {
    const taken = { type: 'text', outcome: 'accepted', message_id: '1', client_id: 'c' } as const;
    expect(describeOutcome(taken)).toEqual(taken);
  });

  it('says why something is in doubt, and nothing else of the error', () => {
    const part = { type: 'text', outcome: 'in_doubt', client_id: 'c', error: new Error('lost') } as const;
    expect(describeOutcome(part)).toEqual({
      type: 'text',
      outcome: 'unconfirmed',
      client_id: 'c',
      reason: 'lost',
    });
  });

  it('calls what was stopped without an error cancelled', () => {
    const part = { type: 'image', outcome: 'refused', error: 'stop' } as const;
    expect(describeOutcome(part)).toEqual({ type: 'image', outcome: 'refused', reason: 'cancelled' });
  });

  it.each([
    ['refused', 'cancelled', 'somebody cancelled it'],
    ['refused', 'refused', 'WeChat refused it'],
    ['refused', 'expired', 'It was queued, and expired'],
    ['in_doubt', 'refused_in_doubt', 'It may have arrived'],
    ['in_doubt', 'expired_in_doubt', 'It may have arrived'],
    ['in_doubt', 'unknown', 'is not known'],
  ] as const)('says of what is %s how it left the queue: %s', (outcome, end, words) => {
    expect(describeOutcome({ type: 'text', outcome, end })).toMatchObject({
      reason: expect.stringContaining(words),
    });
  });
});
