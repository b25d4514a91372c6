import fc from 'fast-check';
import { decode } from 'silk-wasm';

import { isSilk, silkToWav } from '../../../../ilink/media/silk';
import { readWav, silkTone, strongestOf } from '../../../support/voice';

/** What a decoder on this thread would call. Node has it, and its types do not. */
const { WebAssembly: webAssembly } = globalThis as unknown as { WebAssembly: { instantiate(): unknown } };
const BYTES_PER_FRAME = 960;
const TONES = [220, 330, 440, 550, 660, 880, 1_000, 2_000];

describe('silkToWav', () => {
  let voice: Buffer;
  beforeAll(async () => {
    voice = await silkTone(440, 1);
  });

  it.each([440, 1_000])('gives a WAV in which a tone of %i Hz is that tone', async (hertz) => {
    const wav = readWav((await silkToWav(await silkTone(hertz, 2))).wav);
    expect(wav).toMatchObject({ formatCode: 1, channels: 1, rate: 24_000, bits: 16 });
    expect(wav.seconds).toBe(2);
    expect(strongestOf(TONES, wav)).toBe(hertz);
    expect(Math.max(...wav.samples)).toBeGreaterThan(3_000);
  });

  it("takes SILK with and without WeChat's mark, and with an end mark", async () => {
    const wav = await silkToWav(voice);
    expect(await silkToWav(voice.subarray(1))).toEqual(wav);
    expect(await silkToWav(Buffer.concat([voice, Buffer.of(0xff, 0xff)]))).toEqual(wav);
  });

  /** Where each block of a recording begins. */
  const blocksIn = (silk: Buffer): number[] => {
    const starts: number[] = [];
    for (let at = 10; at < silk.length; at += 2 + silk.readInt16LE(at)) starts.push(at);
    return starts;
  };
  /** A block that no decoder takes: more than its buffer holds. */
  const bomb = (): Buffer => Buffer.concat([Buffer.of(0x40, 0x1f), Buffer.alloc(8_000, 0x55)]);

  it.each([
    [
      'one byte behind the last frame',
      (silk: Buffer) => Buffer.concat([silk, Buffer.of(0)]),
      { kind: 'stray', bytes: 1 },
    ],
    [
      'another byte there',
      (silk: Buffer) => Buffer.concat([silk, Buffer.of(0xff)]),
      { kind: 'stray', bytes: 1 },
    ],
    [
      'the size of a frame that is not there',
      (silk: Buffer) => Buffer.concat([silk, Buffer.of(9, 0)]),
      { kind: 'stray', bytes: 2 },
    ],
    [
      'bytes behind the end mark',
      (silk: Buffer) => Buffer.concat([silk, Buffer.of(255, 255, 1, 2, 3)]),
      { kind: 'stray', bytes: 5 },
    ],
    [
      'a last frame that is cut',
      (silk: Buffer) => silk.subarray(0, silk.length - 7),
      { kind: 'cut', bytes: 7 },
    ],
    ['an empty block at the end', (silk: Buffer) => Buffer.concat([silk, Buffer.of(0, 0)]), undefined],
  ])(
    "decodes a recording with %s as Tencent's decoder does, and says what was left",
    async (_what, spoil, undecoded) => {
      const spoiled = spoil(await silkTone(440, 2));
      const decoded = await silkToWav(spoiled);
      const tencents = (await decode(spoiled, 24_000)).data;
      // What is behind the end can make that decoder guess the last two frames, which are there.
      const alike = undecoded?.kind === 'stray' ? -2 * BYTES_PER_FRAME : undefined;
      const samples = decoded.wav.subarray(44);
      expect(samples.subarray(0, alike).equals(tencents.subarray(0, alike))).toBe(true);
      expect(samples.length).toBe(tencents.length);
      expect(decoded.undecoded).toEqual(undecoded);
      expect(decoded.durationMs).toBe(2_000);
      expect(strongestOf(TONES, readWav(decoded.wav))).toBe(440);
    },
  );

  it('takes blocks of any size in the middle, as that decoder does', async () => {
    const silk = await silkTone(440, 2);
    const middle = blocksIn(silk)[50]!;
    for (const block of [
      Buffer.of(0, 0),
      Buffer.of(1, 0, 7),
      Buffer.concat([Buffer.of(44, 1), Buffer.alloc(300, 0x55)]),
    ]) {
      const odd = Buffer.concat([silk.subarray(0, middle), block, silk.subarray(middle)]);
      const { wav, undecoded, durationMs } = await silkToWav(odd);
      expect(wav.subarray(44).equals((await decode(odd, 24_000)).data)).toBe(true);
      expect([durationMs, undecoded]).toEqual([2_020, undefined]);
    }
  });

  it('gives out what can be decoded of one that is damaged in the middle, and says how much is behind', async () => {
    const silk = await silkTone(440, 2);
    const starts = blocksIn(silk);
    for (const [block, damage] of [
      [50, bomb()],
      [1, bomb()],
      [99, bomb()],
      [50, Buffer.of(1, 0x80)],
    ] as const) {
      const at = starts[block]!;
      const { wav, undecoded, durationMs } = await silkToWav(
        Buffer.concat([silk.subarray(0, at), damage, silk.subarray(at)]),
      );
      const behind = damage.length + silk.length - at;
      expect([durationMs, undecoded]).toEqual([
        block === 1 ? 40 : block * 20,
        { kind: 'damaged', bytes: behind },
      ]);
      if (block > 1) expect(strongestOf(TONES, readWav(wav))).toBe(440);
    }
    const broken = Buffer.concat([silk.subarray(0, 10), bomb()]);
    await expect(silkToWav(broken)).rejects.toMatchObject({ problem: 'not_decodable' });
  });

  it('decodes nothing on the thread of its caller', async () => {
    const minute = await silkTone(440, 60);
    const instantiated = jest.spyOn(webAssembly, 'instantiate');
    const { durationMs } = await silkToWav(minute);
    expect(durationMs).toBe(60_000);
    expect(instantiated).not.toHaveBeenCalled();
    // Here it is: a decoder on this thread would have been seen.
    await decode(voice, 24_000);
    expect(instantiated).toHaveBeenCalled();
    instantiated.mockRestore();
  });

  it.each([
    ['something else', () => Buffer.from('ID3 this is an MP3')],
    ['nothing', () => Buffer.alloc(0)],
    ['a header alone', () => voice.subarray(0, 10)],
    ['a header and a byte', () => voice.subarray(0, 11)],
    ['a header and the mark of the end', () => Buffer.concat([voice.subarray(0, 10), Buffer.of(0xff, 0xff)])],
    // A bomb: two bytes for each frame of 20 ms.
    [
      'more than five minutes',
      () => Buffer.concat([voice.subarray(0, 10), Buffer.alloc(2 * 50 * 60 * 5 + 4)]),
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
          ({ wav }) => readWav(wav),
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
        const outcome = await silkToWav(bytes).then(
          ({ wav }) => readWav(wav),
          (error: Error) => error.name,
        );
        expect(outcome === 'ILinkMediaError' || (outcome as { rate: number }).rate === 24_000).toBe(true);
      }),
      { numRuns: 40 },
    );
    expect(strongestOf(TONES, readWav((await silkToWav(voice)).wav))).toBe(440);
  });
});

describe('isSilk', () => {
  it('knows the format by its first bytes', async () => {
    expect(isSilk(Buffer.from('\x02#!SILK_V3 and so on', 'latin1'))).toBe(true);
    expect(isSilk(Buffer.from('#!SILK_V3'))).toBe(true);
    for (const other of ['', '#!AMR\n', '\x02', 'x#!SILK_V3']) expect(isSilk(Buffer.from(other))).toBe(false);
  });
});
