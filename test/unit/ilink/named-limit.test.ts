import { namedFileLimit, namedTextLimit } from '../../../ilink/named-limit';

describe('namedTextLimit', () => {
  it.each([
    ['text too long, max 4096 characters', '4,096 characters of text'],
    ['text length exceeds limit 2,048', '2,048 bytes of text'],
    ['text exceeds 16384 bytes', '16,384 bytes of text'],
    ['at most 900 chars', '900 characters of text'],
    ['text too long', undefined],
    ['', undefined],
  ])('%p names %p', (said, limit) => {
    expect(namedTextLimit(said, [])).toBe(limit);
  });

  it('takes no number of ours for one, whole or cut', () => {
    expect(namedTextLimit('text over 4711 is invalid', ['my pin is 4711'])).toBeUndefined();
    expect(namedTextLimit('text over 471', ['my pin is 4711'])).toBeUndefined();
  });
});

describe('namedFileLimit', () => {
  it.each([
    ['file too large, max 25MB', '25 MB'],
    ['size exceeds 26214400 bytes', '26,214,400 bytes'],
    ['limit: 512 KB', '512 KB'],
    ['at most 1 GiB', '1 GB'],
    ['max 20M', '20 MB'],
    ['file too large', undefined],
    // Without a unit it may be anything, the key of the file included.
    ['max 9f1c22ab', undefined],
    ['over 12345', undefined],
  ])('%p names %p', (said, limit) => {
    expect(namedFileLimit(said)).toBe(limit);
  });

  it('takes no number of ours for one: the size of the file, or a part of a key', () => {
    const sent = ['26214401', '00884213aa25'];
    expect(namedFileLimit('size exceeds limit: over 26,214,401 bytes', sent)).toBeUndefined();
    expect(namedFileLimit('at most 884213 KB', sent)).toBeUndefined();
    // So few digits stand in any key by accident.
    expect(namedFileLimit('at most 25 MB', sent)).toBe('25 MB');
  });
});
