import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Connection } from './mailbox';

/** Path and query of a request. A target that is no path, for example `*`, becomes `/`. */
export function requestUrl(req: IncomingMessage): URL {
  return URL.parse(`http://emulator${req.url}`) ?? new URL('http://emulator/');
}

/** Thrown by `readBody` when a body is longer than allowed. */
export class BodyTooLarge extends Error {}

/**
 * The whole body of a request.
 * @throws BodyTooLarge when it is longer than `limitBytes`; another Error when the connection ends before the body
 */
export async function readBody(req: IncomingMessage, limitBytes: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of req as AsyncIterable<Buffer>) {
    size += piece.length;
    // What is too much is read and not kept: a connection that is cut in the middle of a body never carries the answer.
    if (size <= limitBytes) pieces.push(piece);
  }
  if (size > limitBytes) throw new BodyTooLarge(`A body of more than ${limitBytes} bytes`);
  return pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces, size);
}

/** Reads until half of the announced body is there. */
export async function readHalf(req: IncomingMessage): Promise<void> {
  const half = Number(req.headers['content-length'] ?? 0) / 2;
  let size = 0;
  for await (const piece of req as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size >= half) return;
  }
}

/** Watches the connection that an answer would go to. */
export function connectionOf(res: ServerResponse): Connection {
  return {
    get closed() {
      return res.destroyed || res.socket === null || res.socket.destroyed;
    },
    onClose(ended) {
      res.once('close', ended);
      return () => res.off('close', ended);
    },
  };
}
