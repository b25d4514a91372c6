import fc from 'fast-check';

import { keyOf, parseKey } from '../../../../ilink/media/key';

const KEY = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes));

/** Every way in which a key was seen to be written, or might be. */
const ENCODINGS: Record<string, (key: Buffer) => string> = {
  hex: (key) => key.toString('hex'),
  'upper-case hex': (key) => key.toString('hex').toUpperCase(),
  'base64 of the bytes': (key) => key.toString('base64'),
  'base64 of the bytes without padding': (key) => key.toString('base64').replace(/=+$/, ''),
  'base64url of the bytes': (key) => key.toString('base64url'),
  'base64 of the hex characters': (key) => Buffer.from(key.toString('hex')).toString('base64'),
  'base64 of upper-case hex characters': (key) =>
    Buffer.from(key.toString('hex').toUpperCase()).toString('base64'),
  'hex with white space around it': (key) => ` ${key.toString('hex')}\n`,
};

describe('keyOf', () => {
  it.each(Object.entries(ENCODINGS))('reads %s, wherever it stands, for any key', (_name, write) => {
    fc.assert(
      fc.property(KEY, (key) => {
        const text = write(key);
        expect(keyOf({ media: { aes_key: text } })).toEqual(key);
        expect(keyOf({ aeskey: text, media: {} })).toEqual(key);
      }),
    );
  });

  it('prefers the key of the image item', () => {
    const one = '00'.repeat(16);
    const other = Buffer.alloc(16, 1).toString('base64');
    expect(keyOf({ aeskey: one, media: { aes_key: other } })).toEqual(Buffer.alloc(16));
  });

  it('takes the other one when that of the image item is not a key', () => {
    const key = Buffer.alloc(16, 7);
    expect(keyOf({ aeskey: 'nonsense', media: { aes_key: key.toString('base64') } })).toEqual(key);
    expect(keyOf({ aeskey: '', media: { aes_key: key.toString('base64') } })).toEqual(key);
  });

  it('tells a file without a key from one whose key cannot be read', () => {
    expect(keyOf({ media: {} })).toBe('none');
    expect(keyOf({ aeskey: ' ', media: { aes_key: '' } })).toBe('none');
    expect(keyOf({ media: { aes_key: 7 as never } })).toBe('none');
    expect(keyOf({ media: { aes_key: 'AAAA' } })).toBe('unreadable');
  });

  it('never takes anything else for a key', () => {
    const isHex = (bytes: Buffer): boolean => /^[0-9a-f]{32}$/i.test(bytes.toString('latin1'));
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (array) => {
        const bytes = Buffer.from(array);
        const text = bytes.toString('base64');
        // 24 bytes whose base64 is all hex digits are read as hex.
        const isKey = bytes.length === 16 || isHex(bytes) || isHex(Buffer.from(text));
        expect(parseKey(text) !== undefined).toBe(isKey);
      }),
    );
    fc.assert(fc.property(fc.string(), (text) => [undefined, 16].includes(parseKey(text)?.length)));
  });
});
