import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

import { itemsVerdict, requiredFieldsVerdict } from '../emulator/send-checks';
import type { Identity } from './certificate';

const KEEP_ALIVE_MS = 120_000;
const TEXT_LIMIT_BYTES = 16_384;

/**
 * As little of a server as there can be, because the clients are what is measured: it accepts every message and gives it an
 * id. What came is kept, so that the emulator's checks can look at it when nobody is measured any more.
 */
export class PlainServer {
  private bodies: string[] = [];
  private nextId = 7_479_387_652_367_000_000n;

  private constructor(
    private readonly server: Server,
    private readonly scheme: string,
  ) {
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      const pieces: Buffer[] = [];
      request.on('data', (piece: Buffer) => pieces.push(piece));
      request.on('end', () => this.accept(Buffer.concat(pieces).toString(), response));
    });
  }

  static async start(identity?: Identity): Promise<PlainServer> {
    const options = { keepAliveTimeout: KEEP_ALIVE_MS };
    const server = identity ? createTlsServer({ ...options, ...identity }) : createServer(options);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new PlainServer(server, identity ? 'https' : 'http');
  }

  get url(): string {
    return `${this.scheme}://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Looks at everything that came. @throws Error about the first message that the real server would have lost */
  check(expected: number): void {
    const ids = new Set<unknown>();
    for (const text of this.bodies) {
      const body = JSON.parse(text) as { msg: Record<string, unknown> };
      const verdict = requiredFieldsVerdict(body) ?? itemsVerdict(body.msg['item_list'], TEXT_LIMIT_BYTES);
      if (verdict) throw new Error(`A client is fast because it does too little: ${verdict.reason}`);
      ids.add(body.msg['client_id']);
    }
    if (ids.size !== expected) throw new Error(`${ids.size} messages came instead of ${expected}`);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private accept(body: string, response: ServerResponse): void {
    this.bodies.push(body);
    const answer = `{"ret":0,"message_id":${this.nextId++}}`;
    response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': answer.length });
    response.end(answer);
  }
}
