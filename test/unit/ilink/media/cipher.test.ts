import { createCipheriv } from 'node:crypto';
import fc from 'fast-check';

import { decrypt as decryptOfEmulator } from '../../../../emulator/media-cipher';
import { cipherSize, encrypted } from '../../../../ilink/media';

const KEY = Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex');

async function encrypt(pieces: Iterable<Buffer>, key = KEY): Promise<Buffer> {
  const stream = (async function* () {
    yield* pieces;
  })();
  const result: Buffer[] = [];
  for await (const piece of encrypted(stream, key)) result.push(piece);
  return Buffer.concat(result);
}

/** Some of the bytes 0, 1, 2, …, so that pieces in a wrong order cannot look right. */
const PLAIN = Buffer.from(Array.from({ length: 5_000 }, (_, i) => (i * 7 + (i >> 8)) & 255));

describe('encrypted', () => {
  it('agrees with the published AES-128 vector', async () => {
    const plain = Buffer.from('00112233445566778899aabbccddeeff', 'hex');
    const first = (await encrypt([plain])).subarray(0, 16);
    expect(first.toString('hex')).toBe('69c4e0d86a7b0430d8cdb78070b4c55a');
  });

  it('gives back what was put in, for every length from 0 to 5,000, and has the size that is announced', async () => {
    for (let length = 0; length <= 5_000; length++) {
      const plain = PLAIN.subarray(0, length);
      const result = await encrypt([plain]);
      if (result.length !== cipherSize(length)) throw new Error(`${length} bytes became ${result.length}`);
      if (!decryptOfEmulator(result, KEY).equals(plain)) throw new Error(`${length} bytes came back changed`);
    }
  });

  it('is the same whatever pieces the file comes in, empty ones included', async () => {
    const cuts = fc.array(fc.nat(5_000), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(
        fc.nat(5_000),
        cuts,
        fc.uint8Array({ minLength: 16, maxLength: 16 }),
        async (length, at, key) => {
          const plain = PLAIN.subarray(0, length);
          const borders = [0, ...at.filter((cut) => cut <= length).sort((a, b) => a - b), length];
          const pieces = borders.slice(1).map((end, i) => plain.subarray(borders[i], end));
          const whole = createCipheriv('aes-128-ecb', Buffer.from(key), null);
          const expected = Buffer.concat([whole.update(plain), whole.final()]);
          expect((await encrypt(pieces, Buffer.from(key))).equals(expected)).toBe(true);
        },
      ),
    );
  });

  it('is the same one byte at a time', async () => {
    const plain = PLAIN.subarray(0, 1_000);
    const bytes = Array.from(plain, (byte) => Buffer.of(byte));
    expect(await encrypt(bytes)).toEqual(await encrypt([plain]));
  });

  it('fails with what the file fails with', async () => {
    const failing = (async function* () {
      yield Buffer.from('some');
      throw new Error('gone');
    })();
    const drain = async (): Promise<void> => {
      for await (const _piece of encrypted(failing, KEY));
    };
    await expect(drain()).rejects.toThrow('gone');
  });
});

describe('cipherSize', () => {
  it('adds 1 to 16 bytes, up to a multiple of 16', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 40), (size) => {
        const result = cipherSize(size);
        expect(result % 16).toBe(0);
        expect(result - size).toBeGreaterThanOrEqual(1);
        expect(result - size).toBeLessThanOrEqual(16);
      }),
    );
  });
});
