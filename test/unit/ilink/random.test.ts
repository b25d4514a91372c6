import { pooledUint32 } from '../../../ilink/random';

describe('pooledUint32', () => {
  it('gives the drawn bytes four by four, each once, and draws again when they are used up', () => {
    const drawn: Buffer[] = [];
    const random = pooledUint32((size) => {
      const bytes = Buffer.alloc(size);
      for (let at = 0; at < size; at += 4) bytes.writeUInt32BE(0xff_00_00_00 + drawn.length * size + at, at);
      drawn.push(bytes);
      return bytes;
    });
    const numbers = Array.from({ length: 600 }, random);
    expect(numbers.slice(0, 2)).toEqual([0xff_00_00_00, 0xff_00_00_04]);
    expect(new Set(numbers).size).toBe(600);
    expect(drawn).toHaveLength(Math.ceil((600 * 4) / drawn[0]!.length));
  });
});
