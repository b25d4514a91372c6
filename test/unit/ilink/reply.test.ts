import { isCursor, isId, parseReply, readUpdates } from '../../../ilink/reply';

describe('A reply', () => {
  it('without a body is an empty one', () => {
    expect(parseReply('sendmessage', Buffer.alloc(0))).toEqual({});
  });

  it('keeps ids that no double holds as their digits', () => {
    expect(parseReply('sendmessage', Buffer.from('{"message_id":18446744073709551615}'))).toEqual({
      message_id: '18446744073709551615',
    });
  });

  it.each([
    ['<html>', 'not_json'],
    ['[1]', 'no_object'],
    ['null', 'no_object'],
  ])('%s did not come from the API', (body, code) => {
    expect(() => parseReply('sendmessage', Buffer.from(body))).toThrow(code);
  });

  it.each([
    ['1', true],
    ['18446744073709551615', true],
    ['0', false],
    ['000', false],
    ['', false],
    ['x1', false],
    ['123456789012345678901', false],
    [1, false],
    [undefined, false],
  ])('names an id with %p: %s', (value, expected) => {
    expect(isId(value)).toBe(expected);
  });

  it('names a cursor with a text that is not empty', () => {
    expect(['c', '', 0, null, undefined].map(isCursor)).toEqual([true, false, false, false, false]);
  });
});

describe('A reply with updates', () => {
  const read = (body: string, cutBy?: unknown) =>
    readUpdates({ status: 200, headers: {}, body: Buffer.from(body), ...(cutBy !== undefined && { cutBy }) });

  it('is bare when it names no messages', async () => {
    expect(await read('')).toMatchObject({ isBare: true, unreadable: [] });
    expect(await read('{"ret":0}')).toMatchObject({ isBare: true });
    expect(await read('{"ret":0,"msgs":[]}')).toMatchObject({ isBare: false });
  });

  it('fails with what cut it off when nothing of it can be read', async () => {
    const reset = new Error('reset');
    await expect(read('<ht', reset)).rejects.toBe(reset);
    await expect(read('<html></html>')).rejects.toMatchObject({ endpoint: 'getupdates' });
  });
});
