import { indexed, sortBatch } from '../../../../store/postgres/batch';
import type { ReceivedMessage } from '../../../../store/store';
import { NOW, receivedMessage as message } from '../../../support/received';

const sort = (messages: ReceivedMessage[], seen: Array<[string, number]> = []) =>
  sortBatch(messages, new Map(seen), NOW);
const USER = 'u@im.wechat';

describe('sortBatch', () => {
  it('takes a message for a repeat when one of its keys was seen within its window, here or before', () => {
    const keys = [{ key: 'k', windowMs: 100 }];
    const inTime = sort([message('1', { keys })], [['k', NOW - 100]]);
    const tooLate = sort([message('1', { keys })], [['k', NOW - 101]]);
    const within = sort([message('1', { keys }), message('2', { keys })]);
    expect([inTime, tooLate, within].map(({ fresh }) => fresh.length)).toEqual([0, 1, 1]);
    expect(within.keys).toEqual(['k']);
  });

  it('lets a message that only shares a key with a repeat be one too, so that a chain ends with the first', () => {
    const first = message('1', { keys: [{ key: 'a', windowMs: 1 }] });
    const second = message('2', { keys: ['a', 'b'].map((key) => ({ key, windowMs: 1 })) });
    const third = message('3', { keys: [{ key: 'b', windowMs: 1 }] });
    expect(sort([first, second, third]).fresh).toEqual([first]);
  });

  it.each<[string, ReceivedMessage[], Array<[string, string]>, Array<[string, string]>]>([
    ['a new message', [message('1', { contextToken: 't' })], [[USER, 't']], []],
    ['a new message without one', [message('1')], [[USER, '']], []],
    [
      'the newest of several',
      [message('1', { contextToken: 'a' }), message('2', { contextToken: 'b' })],
      [[USER, 'b']],
      [],
    ],
    ['the last that came', [message('1', { contextToken: 'a' }), message('2')], [[USER, 'a']], []],
    ['a repeat', [message('old', { contextToken: 'r' })], [], [[USER, 'r']]],
    [
      'a repeat before a new message',
      [message('old', { contextToken: 'r' }), message('1')],
      [[USER, '']],
      [[USER, 'r']],
    ],
    [
      'a repeat after a new message',
      [message('1'), message('old', { contextToken: 'r' })],
      [[USER, 'r']],
      [],
    ],
    ['an echo', [message('1', { isEcho: true, contextToken: 'e' })], [], []],
    ['nobody', [message('1', { userId: '', contextToken: 'e' })], [], []],
  ])('notes the context token of %s', (_what, messages, wrote, refreshed) => {
    const sorted = sort(messages, [['m:old', NOW]]);
    expect([[...sorted.wrote], [...sorted.refreshed]]).toEqual([wrote, refreshed]);
  });

  it('knows a key that is too long for an index by its digest, and any other by itself', () => {
    const long = 'x'.repeat(10_000);
    expect(indexed('m:1')).toBe('m:1');
    expect(indexed(long)).toMatch(/^[0-9a-f]{64}$/);
    const keys = [{ key: long, windowMs: 1 }];
    expect(sort([message('1', { keys })], [[indexed(long), NOW]]).fresh).toEqual([]);
  });
});
