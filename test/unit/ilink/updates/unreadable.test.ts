import { UnreadablePieces } from '../../../../ilink/updates/unreadable';

describe('The pieces that could not be read', () => {
  it('are kept as they came, or as their beginning with their whole size', () => {
    const pieces = new UnreadablePieces();
    pieces.keep(Buffer.from('{"seq":tru}'), 'not_json');
    pieces.keep(Buffer.alloc(2_000_000, 'x'), 'too_large');
    expect(pieces.all.map(({ reason, size, bytes }) => [reason, size, bytes.length])).toEqual([
      ['not_json', 11, 11],
      ['too_large', 2_000_000, 64 * 1024],
    ]);
    expect(pieces.all[0]!.bytes.toString()).toBe('{"seq":tru}');
  });

  it.each(['', ', ', '\n]}', '{ [', ' ,\t'])('are not what stands between messages: %j', (frame) => {
    const pieces = new UnreadablePieces();
    pieces.keep(Buffer.from(frame), 'not_json');
    expect(pieces.all).toEqual([]);
  });

  it('are a hundred at the most; the last one counts the rest', () => {
    const pieces = new UnreadablePieces();
    for (let i = 0; i < 250; i++) pieces.keep(Buffer.from('abc'), 'too_many');
    expect(pieces.all).toHaveLength(100);
    expect(pieces.all.at(-1)!.size).toBe(151 * 3);
  });

  it('keep no reply alive that they were a part of', () => {
    const reply = Buffer.alloc(1_000_000, 'x');
    const pieces = new UnreadablePieces();
    pieces.keep(reply.subarray(0, 10), 'not_json');
    expect(pieces.all[0]!.bytes.buffer).not.toBe(reply.buffer);
  });
});
