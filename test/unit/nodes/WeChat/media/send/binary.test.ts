import fc from 'fast-check';

import { decodeBase64 } from '../../../../../../nodes/WeChat/media/send/binary';

describe('decodeBase64', () => {
  const breaks = fc.array(fc.tuple(fc.nat(8_000), fc.constantFrom('\n', '\r\n', ' ', '\t')), {
    maxLength: 20,
  });

  it('gives the bytes that were encoded, whatever pieces it takes and whatever white space is in between', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 5_000 }),
        breaks,
        fc.integer({ min: 1, max: 900 }),
        (bytes, at, size) => {
          let text = Buffer.from(bytes).toString('base64');
          for (const [position, white] of at) text = text.slice(0, position) + white + text.slice(position);
          expect(Buffer.concat([...decodeBase64(text, size)]).equals(bytes)).toBe(true);
        },
      ),
    );
  });

  it('reads the alphabet of URLs, and a text without its padding', () => {
    const bytes = Buffer.from('fbff3e', 'hex');
    for (const text of ['+/8+', '-_8-']) expect(Buffer.concat([...decodeBase64(text)])).toEqual(bytes);
    expect(Buffer.concat([...decodeBase64('YQ')]).toString()).toBe('a');
  });

  it('never has more than one piece at a time', () => {
    const pieces = decodeBase64('A'.repeat(1_000_000));
    expect(pieces.next().value!.length).toBeLessThanOrEqual(196_608);
  });
});
