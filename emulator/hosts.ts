import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import {
  createServer as createTcpServer,
  type AddressInfo,
  type Server as TcpServer,
  type Socket,
} from 'node:net';
import type { Certificate } from './certificate';

/** Longer than a client keeps an idle connection, so that the server's end of it is no hidden source of resets. */
const KEEP_ALIVE_MS = 120_000;

/** The emulator plays a server that holds tokens and messages: it is for this machine only. */
const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);

/** How a host is away: nobody listens, or every connection is reset. */
export type Offline = 'refused' | 'reset';

export interface HostOptions {
  handler: RequestListener;
  /** A loopback address. */
  address: string;
  /** 0: any free port. */
  port: number;
  /** With one, the host speaks TLS. */
  certificate?: Certificate | undefined;
}

/** One listening host, which can go away and come back at the same port. */
export class Host {
  private server: TcpServer | undefined;
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly options: HostOptions,
    private port: number,
  ) {}

  /** @throws Error when the address is not a loopback one, or the port is taken */
  static async open(options: HostOptions): Promise<Host> {
    const { address, port } = options;
    if (!LOOPBACK.has(address)) throw new Error(`The emulator listens on loopback only, not on ${address}`);
    const host = new Host(options, port);
    await host.online();
    return host;
  }

  /** `http://host:port`, or `https://…` */
  get url(): string {
    const { address, certificate } = this.options;
    return `${certificate ? 'https' : 'http'}://${address.includes(':') ? `[${address}]` : address}:${this.port}`;
  }

  /** Serves (again). */
  async online(): Promise<void> {
    await this.close();
    await this.listen(this.newServer());
  }

  /** Cuts every connection. New ones are refused or reset from now on. */
  async offline(how: Offline): Promise<void> {
    await this.close();
    if (how === 'reset') await this.listen(createTcpServer((socket) => socket.resetAndDestroy()));
  }

  /** Closes the server and every connection, also those that are held. */
  async close(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    if (!server) return;
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  private newServer(): Server {
    const { certificate, handler } = this.options;
    if (!certificate) return createHttpServer({ keepAliveTimeout: KEEP_ALIVE_MS }, handler);
    return createHttpsServer({ keepAliveTimeout: KEEP_ALIVE_MS, ...certificate }, handler);
  }

  private async listen(server: TcpServer): Promise<void> {
    server.on('connection', (socket: Socket) => {
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.port, this.options.address, () => resolve(server.off('error', reject) && undefined));
    });
    this.port = (server.address() as AddressInfo).port;
    this.server = server;
  }
}
