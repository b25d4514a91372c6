import { ILinkMediaError } from './errors';

/** What WeChat's voice messages are after decoding: mono, 16 bit. */
export const VOICE_SAMPLE_RATE = 24_000;

/** WeChat puts a byte before SILK's own header. */
const TENCENT_MARK = Buffer.of(2);
const HEADER = Buffer.from('#!SILK_V3');
/** A size of minus one ends the recording where there is one. */
const END = 0xffff;
const FRAME_MS = 20;

/** WeChat's voice messages last a minute at most. Decoding takes a tenth of a second per minute, in which nothing else runs. */
const MAX_MS = 5 * 60_000;
/** No voice message of that length is larger. */
export const MAX_SILK_BYTES = 4 * 1024 * 1024;

/** Whether a recording is in the SILK format; others (AMR, MP3, …) are said to occur. @param head its first bytes */
export function isSilk(head: Buffer): boolean {
  return headerEnd(head) !== undefined;
}

/**
 * Turns a voice message into WAV: 24 kHz, mono, 16 bit.
 *
 * The recording comes from outside, so its frames are counted before anything is decoded, and each decoding gets a WebAssembly
 * instance of its own: whatever garbage does to that one, it ends with it.
 *
 * @throws ILinkMediaError when it is not SILK, not whole, too long, or cannot be decoded
 */
export async function silkToWav(silk: Buffer): Promise<Buffer> {
  const start = headerEnd(silk);
  if (start === undefined) throw new ILinkMediaError('not_decodable', 'it is not SILK');
  const frames = framesOf(silk, start);
  if (frames === undefined) throw new ILinkMediaError('not_decodable', 'its frames are damaged');
  const durationMs = frames.count * FRAME_MS;
  if (durationMs === 0) throw new ILinkMediaError('not_decodable', 'it is empty');
  if (durationMs > MAX_MS)
    throw new ILinkMediaError('not_decodable', `it is longer than ${MAX_MS / 60_000} minutes`);
  return withWavHeader(await decode(Buffer.concat([TENCENT_MARK, HEADER, silk.subarray(start, frames.end)])));
}

async function decode(silk: Buffer): Promise<Uint8Array> {
  // Loaded with the first voice message: most workflows never get one.
  const { decode: decodeSilk } = await import('silk-wasm');
  try {
    return (await decodeSilk(silk, VOICE_SAMPLE_RATE)).data;
  } catch {
    // The decoder's own texts are those of its machine ("divide by zero") and tell nobody anything.
    throw new ILinkMediaError('not_decodable', 'the decoder refused it');
  }
}

/** Where the frames begin; nothing when it is not SILK. */
function headerEnd(silk: Buffer): number | undefined {
  const mark = silk[0] === TENCENT_MARK[0] ? 1 : 0;
  const end = mark + HEADER.length;
  return silk.subarray(mark, end).equals(HEADER) ? end : undefined;
}

/** Each frame has its size before it. Nothing when they do not end where the recording ends. */
function framesOf(silk: Buffer, start: number): { count: number; end: number } | undefined {
  let count = 0;
  let end = start;
  while (end + 2 <= silk.length) {
    const size = silk.readUInt16LE(end);
    if (size === END) return { count, end };
    end += 2 + size;
    count++;
  }
  return end === silk.length ? { count, end } : undefined;
}

function withWavHeader(samples: Uint8Array): Buffer {
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + samples.length, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20); // PCM
  header.writeUInt16LE(1, 22); // channels
  header.writeUInt32LE(VOICE_SAMPLE_RATE, 24);
  header.writeUInt32LE(VOICE_SAMPLE_RATE * 2, 28); // bytes per second
  header.writeUInt16LE(2, 32); // bytes per sample
  header.writeUInt16LE(16, 34); // bits per sample
  header.write('data', 36);
  header.writeUInt32LE(samples.length, 40);
  return Buffer.concat([header, samples]);
}
