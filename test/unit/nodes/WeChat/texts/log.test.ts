import { logLine } from '../../../../../nodes/WeChat/texts';

describe('A line of the log', () => {
  test('says what became of a file that was set aside: what was carried over and what could not be read', () => {
    const saved = { rows: 12, incomplete: ['messages', 'seen'] };
    const facts = { reason: 'damaged' as const, path: '/f/w.set-aside', saved };
    expect(logLine({ code: 'store_set_aside', facts })).toBe(
      'The file with the WeChat messages could not be used, because it is damaged. It was set aside as /f/w.set-aside. A new one was begun with 12 entries of it. Something could not be read of: messages, seen.',
    );
    const whole = { reason: 'deleted' as const, path: '', saved: { rows: 3, incomplete: [] } };
    expect(logLine({ code: 'store_set_aside', facts: whole })).toBe(
      'The file with the WeChat messages could not be used, because it was deleted or moved away. A new one was begun with 3 entries of it.',
    );
  });

  test('says how many messages went that no workflow had taken', () => {
    expect(logLine({ code: 'waiting_pruned', facts: { messages: 3, days: 7 } })).toBe(
      '3 messages were deleted that no workflow had taken: they were older than 7 days, or too many',
    );
  });

  test('says how many messages could not be kept', () => {
    expect(logLine({ code: 'messages_lost', facts: { messages: 2 } })).toBe(
      '2 messages were lost, because they could not be kept',
    );
  });

  test.each([
    [false, 'WeChat refused queued messages, so they were not sent (1)'],
    [
      true,
      'WeChat refused queued messages when they were sent once more. They may have arrived: the answer to an earlier attempt got lost (1)',
    ],
  ])('does not call not sent what may have arrived: %s', (mayHaveArrived, line) => {
    expect(logLine({ code: 'queued_refused', facts: { messages: 1, mayHaveArrived } })).toBe(line);
  });

  test('says of queued messages that expired what was not sent', () => {
    expect(logLine({ code: 'queued_expired', facts: { messages: 2, mayHaveArrived: false } })).toBe(
      'Queued messages expired before the user wrote again, so they were not sent (2)',
    );
  });
});
