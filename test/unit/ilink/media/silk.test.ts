import fc from 'fast-check';

import { isSilk, silkToWav } from '../../../../ilink/media/silk';
import { readWav, silkTone, strongestOf } from '../../../support/voice';

const TONES = [220, 330, 440, 550, 660, 880, 1_000, 2_000];

describe('silkToWav', () => {
  let voice: Buffer;
  beforeAll(async () => {
    voice = await silkTone(440, 1);
  });

  it.each([440, 1_000])('gives a WAV in which a tone of %i Hz is that tone', async (hertz) => {
    const wav = readWav(await silkToWav(await silkTone(hertz, 2)));
    expect(wav).toMatchObject({ formatCode: 1, channels: 1, rate: 24_000, bits: 16 });
    expect(wav.seconds).toBeGreaterThan(1.9);
    expect(wav.seconds).toBeLessThan(2.1);
    expect(strongestOf(TONES, wav)).toBe(hertz);
    expect(Math.max(...wav.samples)).toBeGreaterThan(3_000);
  });

  it("takes SILK with and without WeChat's mark, and with an end mark", async () => {
    const wav = await silkToWav(voice);
    expect(await silkToWav(voice.subarray(1))).toEqual(wav);
    expect(await silkToWav(Buffer.concat([voice, Buffer.of(0xff, 0xff)]))).toEqual(wav);
  });

  it.each([
    ['something else', () => Buffer.from('ID3 this is an MP3')],
    ['nothing', () => Buffer.alloc(0)],
    ['a header alone', () => voice.subarray(0, 10)],
    ['a recording that is cut off', () => voice.subarray(0, voice.length - 7)],
    ['one byte too many', () => Buffer.concat([voice, Buffer.of(1)])],
    // A bomb: two bytes for each frame of 20 ms.
    [
      'more than five minutes',
      () => Buffer.concat([voice.subarray(0, 10), Buffer.alloc(2 * 50 * 60 * 5 + 2)]),
    ],
  ])('refuses %s with an error that says what it is', async (_what, bytes) => {
    await expect(silkToWav(bytes())).rejects.toMatchObject({
      name: 'ILinkMediaError',
      problem: 'not_decodable',
    });
  });

  it('gives a WAV or an error for whatever stands in the frames, and goes on working', async () => {
    const frames = fc.array(fc.uint8Array({ maxLength: 80 }), { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(frames, async (contents) => {
        const parts = contents.map((bytes) =>
          Buffer.concat([Buffer.of(bytes.length & 255, bytes.length >> 8), bytes]),
        );
        const outcome = await silkToWav(Buffer.concat([voice.subarray(0, 10), ...parts])).then(
          readWav,
          (error: Error) => error.name,
        );
        expect(outcome === 'ILinkMediaError' || (outcome as { rate: number }).rate === 24_000).toBe(true);
      }),
      { numRuns: 40 },
    );
    const damage = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(damage, async (changes) => {
        const bytes = Buffer.from(voice);
        for (const [at, value] of changes) bytes[10 + (at % (bytes.length - 10))] = value;
        const outcome = await silkToWav(bytes).then(readWav, (error: Error) => error.name);
        expect(outcome === 'ILinkMediaError' || (outcome as { rate: number }).rate === 24_000).toBe(true);
      }),
      { numRuns: 40 },
    );
    expect(strongestOf(TONES, readWav(await silkToWav(voice)))).toBe(440);
  });
});

describe('isSilk', () => {
  it('knows the format by its first bytes', async () => {
    expect(isSilk(Buffer.from('\x02#!SILK_V3 and so on', 'latin1'))).toBe(true);
    expect(isSilk(Buffer.from('#!SILK_V3'))).toBe(true);
    for (const other of ['', '#!AMR\n', '\x02', 'x#!SILK_V3']) expect(isSilk(Buffer.from(other))).toBe(false);
  });
});
