import { encode } from 'silk-wasm';

const RATE = 24_000;

/** A voice message as WeChat records it: SILK of a pure tone. */
export async function silkTone(hertz: number, seconds: number): Promise<Buffer> {
  const samples = Buffer.alloc(RATE * seconds * 2);
  for (let i = 0; i < RATE * seconds; i++) {
    samples.writeInt16LE(Math.round(12_000 * Math.sin((2 * Math.PI * hertz * i) / RATE)), i * 2);
  }
  return Buffer.from((await encode(samples, RATE)).data);
}

export interface Wav {
  formatCode: number;
  channels: number;
  rate: number;
  bits: number;
  seconds: number;
  samples: Int16Array;
}

/** Reads a WAV file by its chunks, as any player does. @throws when it is not one */
export function readWav(bytes: Buffer): Wav {
  const text = (at: number): string => bytes.toString('latin1', at, at + 4);
  if (text(0) !== 'RIFF' || text(8) !== 'WAVE') throw new Error('not a WAV file');
  if (bytes.readUInt32LE(4) !== bytes.length - 8) throw new Error('the RIFF size is wrong');
  const chunks = new Map<string, Buffer>();
  for (let at = 12; at < bytes.length;) {
    const size = bytes.readUInt32LE(at + 4);
    if (at + 8 + size > bytes.length) throw new Error('a chunk is cut off');
    chunks.set(text(at), bytes.subarray(at + 8, at + 8 + size));
    at += 8 + size + (size % 2);
  }
  const format = chunks.get('fmt ')!;
  const data = chunks.get('data')!;
  const [channels, rate, bits] = [format.readUInt16LE(2), format.readUInt32LE(4), format.readUInt16LE(14)];
  const bytesPerSecond = (rate * channels * bits) / 8;
  if (format.readUInt32LE(8) !== bytesPerSecond || format.readUInt16LE(12) !== (channels * bits) / 8) {
    throw new Error('the format chunk contradicts itself');
  }
  const samples = Int16Array.from({ length: data.length / 2 }, (_, i) => data.readInt16LE(i * 2));
  return {
    formatCode: format.readUInt16LE(0),
    channels,
    rate,
    bits,
    seconds: data.length / bytesPerSecond,
    samples,
  };
}

/** The strongest of some frequencies in the middle of a recording (Goertzel). */
export function strongestOf(frequencies: number[], { samples, rate }: Wav): number {
  const middle = samples.subarray(Math.floor(samples.length / 4), Math.floor((samples.length * 3) / 4));
  const power = (hertz: number): number => {
    const factor = 2 * Math.cos((2 * Math.PI * hertz) / rate);
    let [last, beforeLast] = [0, 0];
    for (const sample of middle) [last, beforeLast] = [sample + factor * last - beforeLast, last];
    return last ** 2 + beforeLast ** 2 - factor * last * beforeLast;
  };
  return frequencies.reduce((best, hertz) => (power(hertz) > power(best) ? hertz : best));
}
