import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { ciphertextSize, decrypt, encrypt, md5, PlaintextProbe } from '../../../emulator/media-cipher';

const key = randomBytes(16);
const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array));

describe('media cipher', () => {
  it('gives the plaintext back', () => {
    fc.assert(fc.property(bytes, (plain) => decrypt(encrypt(plain, key), key).equals(plain)));
  });

  it('makes ciphertexts of exactly the announced size', () => {
    fc.assert(fc.property(bytes, (plain) => encrypt(plain, key).length === ciphertextSize(plain.length)));
  });

  it('adds a whole block to a size that is a multiple of 16', () => {
    expect([0, 15, 16, 31, 32].map(ciphertextSize)).toEqual([16, 16, 32, 32, 48]);
  });
});

describe('PlaintextProbe', () => {
  it('finds size and MD5, however the ciphertext is cut', () => {
    fc.assert(
      fc.property(bytes, fc.integer({ min: 1, max: 40 }), (plain, step) => {
        const probe = new PlaintextProbe(key);
        const ciphertext = encrypt(plain, key);
        for (let at = 0; at < ciphertext.length; at += step) probe.update(ciphertext.subarray(at, at + step));
        expect(probe.finish()).toEqual({ size: plain.length, md5: md5(plain) });
      }),
    );
  });

  it('says so when the bytes do not end like a ciphertext of this key', () => {
    const probe = new PlaintextProbe(key);
    probe.update(encrypt(Buffer.from('hello'), key).subarray(0, 15));
    expect(probe.finish()).toBeUndefined();
  });
});
