import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Connection } from './mailbox';

/** Longer than a client keeps an idle connection, so that the server's end of it is no hidden source of resets. */
const KEEP_ALIVE_MS = 120_000;

/** The emulator plays a server that holds tokens and messages: it is for this machine only. */
const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);

/** Starts a server on a loopback address. `port` 0 takes any free one. */
export async function listen(handler: RequestListener, host: string, port: number): Promise<Server> {
  if (!LOOPBACK.has(host)) throw new Error(`The emulator listens on loopback only, not on ${host}`);
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, handler);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve(server.off('error', reject) && undefined));
  });
  return server;
}

/** `http://host:port` of a listening server. */
export function urlOf(server: Server): string {
  const { address, port, family } = server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

/** Closes the server and every connection, also those that are held. */
export function close(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()));
    server.closeAllConnections();
  });
}

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
