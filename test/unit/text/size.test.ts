import fc from 'fast-check';

import { measure } from '../../../text/size';

describe('measure', () => {
  it('counts the bytes of any stretch as Node.js does, lone surrogates as U+FFFD', () => {
    const text = fc.string({
      unit: fc.oneof(fc.constantFrom('\ud800', '\udc00', '中', 'é', '😀'), fc.string()),
    });
    fc.assert(
      fc.property(text, (sample) => {
        expect(measure(sample).bytes(0, sample.length)).toBe(Buffer.byteLength(sample));
      }),
    );
    expect(measure('aé中😀b').bytes(1, 5)).toBe(9);
  });
});
