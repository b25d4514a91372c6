import { namedFileLimit, namedTextLimit } from '../../../ilink/named-limit';

describe('namedTextLimit', () => {
  it.each([
    ['text too long, max 4096 characters', { amount: 4096, unit: 'characters' }],
    ['text length exceeds limit 2,048', { amount: 2048, unit: 'bytes' }],
    ['text exceeds 16384 bytes', { amount: 16384, unit: 'bytes' }],
    ['at most 900 chars', { amount: 900, unit: 'characters' }],
    ['text too long', undefined],
    ['', undefined],
  ])('%p names %j', (said, limit) => {
    expect(namedTextLimit(said, [])).toEqual(limit);
  });

  it('takes no number of ours for one, whole or cut', () => {
    expect(namedTextLimit('text over 4711 is invalid', ['my pin is 4711'])).toBeUndefined();
    expect(namedTextLimit('text over 471', ['my pin is 4711'])).toBeUndefined();
  });
});

describe('namedFileLimit', () => {
  it.each([
    ['file too large, max 25MB', { amount: 25, unit: 'MB' }],
    ['size exceeds 26214400 bytes', { amount: 26214400, unit: 'bytes' }],
    ['limit: 512 KB', { amount: 512, unit: 'KB' }],
    ['at most 1 GiB', { amount: 1, unit: 'GB' }],
    ['max 20M', { amount: 20, unit: 'MB' }],
    ['file too large', undefined],
    // Without a unit it may be anything, the key of the file included.
    ['max 9f1c22ab', undefined],
    ['over 12345', undefined],
  ])('%p names %j', (said, limit) => {
    expect(namedFileLimit(said)).toEqual(limit);
  });

  it('takes no number of ours for one: the size of the file, or a part of a key', () => {
    const sent = ['26214401', '00884213aa25'];
    expect(namedFileLimit('size exceeds limit: over 26,214,401 bytes', sent)).toBeUndefined();
    expect(namedFileLimit('at most 884213 KB', sent)).toBeUndefined();
    // So few digits stand in any key by accident.
    expect(namedFileLimit('at most 25 MB', sent)).toEqual({ amount: 25, unit: 'MB' });
  });
});
