import { Worker } from 'node:worker_threads';

/** What a decoder made of a recording. */
export interface Decoded {
  /** Samples of 16 bits, little endian, mono. */
  samples: Uint8Array;
  /** How many of its blocks are in there. */
  blocks: number;
}

/** A minute of voice takes a tenth of a second. Nothing that takes so much longer is a recording. */
const TIMEOUT_MS = 20_000;

/**
 * The decoder of Tencent's own client, in a thread: the main one must not stand still. A fresh WebAssembly instance for each try, because
 * garbage can break one. Where it breaks on the whole, the longest beginning that it takes is looked for. The program is a
 * text because a file of its own would have to be found from the sources, by tests and in the package alike.
 */
const PROGRAM = `
const { parentPort, workerData: { path, silk, ends, rate } } = require('node:worker_threads');
const { decode } = require(path);
const attempt = (bytes) => decode(bytes, rate).then(({ data }) => data, () => undefined);
(async () => {
  let samples = await attempt(silk);
  let blocks = ends.length;
  for (let broken = blocks, good = 0; samples === undefined || blocks !== ends.length; ) {
    if (broken - good <= 1) break;
    const middle = (good + broken) >> 1;
    const found = await attempt(silk.subarray(0, ends[middle - 1]));
    if (found) [good, samples, blocks] = [middle, found, middle];
    else broken = middle;
  }
  parentPort.postMessage({ samples, blocks });
})();
`;

/** Recordings are decoded one after another, so that many at once do not take many threads. */
let before: Promise<unknown> = Promise.resolve();

/**
 * Decodes SILK, or as much of its beginning as can be decoded.
 *
 * @param silk with WeChat's mark and SILK's header
 * @param ends where each of its blocks ends, the last one possibly behind the end of the recording
 * @param rate samples per second of the result
 * @returns nothing when no block of it can be decoded
 */
export function decodeSilk(silk: Buffer, ends: number[], rate: number): Promise<Decoded | undefined> {
  const decoding = before.then(() => inThread({ silk, ends, rate }));
  before = decoding.catch(() => undefined);
  return decoding;
}

function inThread(data: { silk: Buffer; ends: number[]; rate: number }): Promise<Decoded | undefined> {
  const path = require.resolve('silk-wasm');
  // Without the flags of the process, and without its output: the decoder's complaints are those of its machine.
  const options = { eval: true, execArgv: [], stdout: true, stderr: true };
  const worker = new Worker(PROGRAM, { ...options, workerData: { ...data, path } });
  return new Promise<Decoded | undefined>((resolve) => {
    const end = (decoded?: Decoded): void => {
      clearTimeout(timer);
      resolve(decoded?.samples ? decoded : undefined);
      void worker.terminate();
    };
    const timer = setTimeout(end, TIMEOUT_MS);
    worker.once('message', end);
    worker.once('error', () => end());
    worker.once('exit', () => end());
  });
}
