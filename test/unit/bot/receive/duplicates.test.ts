import fc from 'fast-check';

import { duplicateKeys } from '../../../../bot/receive/duplicates';
import { readMessage } from '../../../../ilink/incoming';

const message = (more: object = {}): object => ({
  message_id: '7479387652367114242',
  client_id: 'phone-1',
  seq: 5,
  create_time_ms: 1_764_000_000_000,
  from_user_id: 'u@im.wechat',
  context_token: 'ctx',
  item_list: [{ type: 1, text_item: { text: 'ok' } }],
  ...more,
});

/** Whether the second of two messages would be taken for the first. */
const same = (a: object, b: object): boolean => {
  const keys = new Set(duplicateKeys(readMessage(a)).map(({ key }) => key));
  return duplicateKeys(readMessage(b)).some(({ key, windowMs }) => windowMs >= 0 && keys.has(key));
};

describe('duplicateKeys', () => {
  it('know a message again that comes twice', () => {
    expect(same(message(), message())).toBe(true);
  });

  it('know it by its id alone, for good', () => {
    expect(same(message(), message({ client_id: 'x', seq: 9, item_list: [] }))).toBe(true);
    expect(
      duplicateKeys(readMessage(message())).find(({ key }) => key.startsWith('m:'))!.windowMs,
    ).toBeGreaterThan(1e9);
  });

  it.each([
    ['client_id', { message_id: '2', context_token: 'new', seq: 6 }],
    ['seq', { message_id: '2', context_token: 'new', client_id: 'phone-2' }],
  ])('know it under a new id and token by its %s', (_by, more) => {
    expect(same(message(), message(more))).toBe(true);
  });

  it('know it without any id by sender, content and time of writing', () => {
    const bare = { message_id: undefined, client_id: undefined, seq: undefined };
    expect(same(message(bare), message({ ...bare, context_token: 'new' }))).toBe(true);
    expect(same(message(bare), message({ ...bare, create_time_ms: 1_764_000_004_000 }))).toBe(false);
  });

  it('take two messages of one millisecond with equal content and ids of their own for two', () => {
    const bare = { client_id: undefined, seq: undefined };
    expect(same(message(bare), message({ ...bare, message_id: '2' }))).toBe(false);
    expect(same(message(), message({ message_id: '2', client_id: 'phone-2', seq: 6 }))).toBe(false);
    // Without an id of its own it may well be the first once more.
    expect(same(message(bare), message({ ...bare, message_id: undefined }))).toBe(true);
  });

  it('do not take "ok" for a duplicate because somebody writes it twice', () => {
    const second = message({
      message_id: '2',
      client_id: 'phone-2',
      seq: 6,
      create_time_ms: 1_764_000_000_100,
    });
    expect(same(message(), second)).toBe(false);
  });

  it('do not take the "hello" after a new login for the one before, because its seq is 1 again', () => {
    const second = message({ message_id: '2', client_id: 'phone-2', to_user_id: 'new@im.bot' });
    expect(same(message({ to_user_id: 'old@im.bot' }), second)).toBe(false);
    expect(same(message({ to_user_id: 'new@im.bot' }), second)).toBe(true);
  });

  it('do not take another text for a duplicate because a phone used its client_id again', () => {
    const other = message({ message_id: '2', item_list: [{ type: 1, text_item: { text: 'no' } }] });
    expect(same(message(), other)).toBe(false);
  });

  it('tell two senders apart', () => {
    expect(same(message(), message({ message_id: '2', from_user_id: 'v@im.wechat' }))).toBe(false);
  });

  it('know a file again whose address was made anew', () => {
    const file = (param: string): object => ({
      item_list: [
        { type: 4, file_item: { file_name: 'a.pdf', len: '5', media: { encrypt_query_param: param } } },
      ],
    });
    expect(same(message(file('1')), message({ message_id: '2', ...file('2') }))).toBe(true);
  });

  it.each([
    null,
    undefined,
    5,
    'text',
    [],
    {},
    { message_id: '' },
    { message_id: 0, seq: 0 },
    { message_id: '0' },
  ])('know %p, which has nothing to be known by, by all that it holds', (nothing) => {
    const [{ key }, ...more] = duplicateKeys(readMessage(nothing)) as unknown as [{ key: string }];
    expect(more).toEqual([]);
    expect(duplicateKeys(readMessage({ ...Object(nothing), text: 'another' }))[0]!.key).not.toBe(key);
  });

  it('never fail, whatever came', () => {
    const anything = fc.record({
      item_list: fc.anything(),
      message_id: fc.anything(),
      client_id: fc.anything(),
    });
    fc.assert(
      fc.property(anything, (wild) => void duplicateKeys(readMessage(JSON.parse(JSON.stringify(wild))))),
    );
  });

  it('do not hold the text', () => {
    const [text] = ['a text that nobody else may read'];
    const keys = duplicateKeys(readMessage(message({ item_list: [{ type: 1, text_item: { text } }] })));
    expect(JSON.stringify(keys)).not.toContain(text);
  });
});
