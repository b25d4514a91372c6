import { ILinkMediaError } from './errors';
import { decodeSilk } from './silk-decoder';

/** What WeChat's voice messages are after decoding: mono, 16 bit. */
const VOICE_SAMPLE_RATE = 24_000;

/** WeChat puts a byte before SILK's own header. */
const TENCENT_MARK = Buffer.of(2);
const HEADER = Buffer.from('#!SILK_V3');
/** A size of minus one ends the recording where there is one. */
const END = Buffer.of(0xff, 0xff);
const SIZE_BYTES = 2;
/** The least that a block plays; some hold up to five frames. */
const FRAME_MS = 20;
const BYTES_PER_MS = (VOICE_SAMPLE_RATE * 2) / 1_000;

/** WeChat's voice messages last a minute at most. */
const MAX_MS = 5 * 60_000;
/** No voice message of that length is larger. */
export const MAX_SILK_BYTES = 4 * 1024 * 1024;

/**
 * What of a recording could not be decoded. `stray`: so many bytes are behind its last frame and no frame; `cut`: so many are
 * missing of its last frame, which is given out as far as it goes; `damaged`: so many are behind what could be decoded.
 */
export interface Undecoded {
  kind: 'stray' | 'cut' | 'damaged';
  bytes: number;
}

/** A voice message that was decoded. */
export interface DecodedVoice {
  /** 24 kHz, mono, 16 bit. */
  wav: Buffer;
  durationMs: number;
  undecoded?: Undecoded;
}

/** Whether a recording is in the SILK format; others (AMR, MP3, …) are said to occur. @param head its first bytes */
export function isSilk(head: Buffer): boolean {
  return headerEnd(head) !== undefined;
}

/**
 * Turns a voice message into WAV, as Tencent's own client does: what stands behind the last frame is ignored, a frame that is cut is played as
 * far as it goes, and blocks have any size. (About half of the recordings in one report end oddly.)
 *
 * The recording comes from outside, so its frames are counted before anything is decoded.
 *
 * @throws ILinkMediaError when it is not SILK, empty, too long, or nothing of it can be decoded
 */
export async function silkToWav(silk: Buffer): Promise<DecodedVoice> {
  const start = headerEnd(silk);
  if (start === undefined) throw new ILinkMediaError('not_decodable', { code: 'no_silk' });
  const whole = Buffer.concat([TENCENT_MARK, HEADER, silk.subarray(start)]);
  const frames = framesOf(whole, TENCENT_MARK.length + HEADER.length);
  if (frames.ends.length === 0) throw new ILinkMediaError('not_decodable', { code: 'empty' });
  if (frames.ends.length * FRAME_MS > MAX_MS)
    throw new ILinkMediaError('not_decodable', {
      code: 'longer',
      facts: { minutes: MAX_MS / 60_000 },
    });
  // Without the mark of the end, which makes the decoder guess the last two frames.
  const framesOnly = whole.subarray(0, frames.ends.at(-1));
  const decoded = await decodeSilk(framesOnly, frames.ends, VOICE_SAMPLE_RATE);
  if (!decoded) throw new ILinkMediaError('not_decodable', { code: 'decoder_refused' });
  const { samples, blocks } = decoded;
  const isWhole = blocks === frames.ends.length;
  const lost: Undecoded = { kind: 'damaged', bytes: whole.length - frames.ends[blocks - 1]! };
  const undecoded = isWhole ? frames.undecoded : lost;
  const durationMs = samples.length / BYTES_PER_MS;
  return { wav: withWavHeader(samples), durationMs, ...(undecoded && { undecoded }) };
}

/** Where the frames begin; nothing when it is not SILK. */
function headerEnd(silk: Buffer): number | undefined {
  const mark = silk[0] === TENCENT_MARK[0] ? 1 : 0;
  const end = mark + HEADER.length;
  return silk.subarray(mark, end).equals(HEADER) ? end : undefined;
}

/** Where each block of frames ends, as the decoder goes through them: each has its size before it, and one below zero is the end. */
function framesOf(silk: Buffer, start: number): { ends: number[]; undecoded?: Undecoded } {
  const ends: number[] = [];
  let at = start;
  while (at + SIZE_BYTES < silk.length) {
    const size = silk.readInt16LE(at);
    if (size < 0) break;
    at += SIZE_BYTES + size;
    ends.push(at);
  }
  if (at > silk.length) return { ends, undecoded: { kind: 'cut', bytes: at - silk.length } };
  const rest = silk.subarray(at);
  if (rest.length === 0 || rest.equals(END) || isEmptyBlock(rest)) return { ends };
  // Behind the mark of the end nothing is sound.
  const isStray = rest.length <= SIZE_BYTES || rest.subarray(0, SIZE_BYTES).equals(END);
  return { ends, undecoded: { kind: isStray ? 'stray' : 'damaged', bytes: rest.length } };
}

/** A size of zero at the end: a block without anything in it. */
function isEmptyBlock(rest: Buffer): boolean {
  return rest.length === SIZE_BYTES && rest.readInt16LE(0) === 0;
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
