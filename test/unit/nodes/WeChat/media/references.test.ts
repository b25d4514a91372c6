import fc from 'fast-check';

import { InputProblem } from '../../../../../nodes/WeChat/shared/errors';
import { readReferences } from '../../../../../nodes/WeChat/media/references';

const entry = { kind: 'image', media: { full_url: 'https://x/y', aes_key: 'k' }, aeskey: 'a', size: 5 };

describe('readReferences', () => {
  it.each([
    ['a list', [entry, entry], 2],
    ['one entry', entry, 1],
    ['JSON text of a list', JSON.stringify([entry]), 1],
    ['JSON text of one', JSON.stringify(entry), 1],
    ['nothing', undefined, 0],
    ['null', null, 0],
    ['an empty text', ' ', 0],
    ['"null"', 'null', 0],
    ['an empty list', [], 0],
  ])('takes %s', (_what, value, count) => {
    const references = readReferences(value);
    expect(references).toHaveLength(count);
    for (const reference of references) expect(reference).toEqual(entry);
  });

  it('keeps what it knows, and takes an unknown kind for a file', () => {
    const file = { kind: 'sticker', media: {}, md5: 'm', file_name: 'a.txt', size: '5', other: 1, aeskey: 7 };
    expect(readReferences(file)).toEqual([{ kind: 'file', media: {}, md5: 'm', file_name: 'a.txt' }]);
  });

  it('gives references or says what is wrong, whatever it gets', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.jsonValue(),
          fc.json(),
          fc.array(fc.record({ media: fc.jsonValue(), kind: fc.jsonValue() })),
        ),
        (value) => {
          try {
            for (const { media } of readReferences(value)) expect(typeof media).toBe('object');
          } catch (error) {
            expect(error).toBeInstanceOf(InputProblem);
          }
        },
      ),
    );
  });
});
