import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** Where a connection is cut. */
export type Cut =
  /** Before the server gets the end of the transaction. */
  | 'before the commit'
  /** After the server has ended the transaction, and before anybody hears of it. */
  | 'after the commit'
  /** Before the server gets anything of it. */
  | 'before the statement'
  /** After the server has done it, and before anybody hears of it. */
  | 'after the statement';

const COMMIT = 'COMMIT\0';

/** The way to a PostgreSQL server, which can be looked at and cut. */
export class PostgresWire {
  /** How often somebody waited for an answer. That others are told of news is done beside, and nobody waits for it. */
  roundTrips = 0;
  private cut: Cut | undefined;
  private readonly sockets = new Set<Socket>();
  private constructor(
    private readonly server: Server,
    private readonly upstream: () => Socket,
    readonly url: string,
  ) {
    server.on('connection', (client) => this.connect(client));
  }

  static async to(url: string): Promise<PostgresWire> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const place = new URL(url.replace('@/', '@socket/'));
    const folder = place.searchParams.get('host');
    const upstreamPort = place.searchParams.get('port') ?? (place.port || '5432');
    const upstream = (): Socket =>
      folder ? connect(`${folder}/.s.PGSQL.${upstreamPort}`) : connect(Number(upstreamPort), place.hostname);
    const way = new URL(
      `${place.protocol}//${place.username}:${place.password}@127.0.0.1:${port}${place.pathname}`,
    );
    return new PostgresWire(server, upstream, String(way).replace(':@', '@'));
  }

  /** Cuts the connection of the next statement, or of the next transaction, once. */
  cutNext(cut: Cut): void {
    this.cut = cut;
  }

  /** Whether the cut has not come about yet. */
  get isWaitingToCut(): boolean {
    return this.cut !== undefined;
  }

  /** Cuts everything that there is. */
  cutAll(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.cutAll();
    this.server.close();
    await once(this.server, 'close');
  }

  private connect(client: Socket): void {
    const server = this.upstream();
    let hasAnswered = true;
    let isCut = false;
    const end = (): void => {
      client.destroy();
      server.destroy();
      this.sockets.delete(client);
    };
    this.sockets.add(client);
    for (const socket of [client, server]) socket.on('error', end).on('close', end);
    client.on('data', (part) => {
      if (hasAnswered && !part.includes('.news')) this.roundTrips++;
      hasAnswered = false;
      const isCommit = part.includes(COMMIT);
      if (this.cut === 'before the statement' || (this.cut === 'before the commit' && isCommit)) {
        this.cut = undefined;
        return end();
      }
      if (this.cut === 'after the statement' || (this.cut === 'after the commit' && isCommit)) {
        this.cut = undefined;
        isCut = true;
      }
      server.write(part);
    });
    server.on('data', (part) => {
      hasAnswered = true;
      if (isCut) end();
      else client.write(part);
    });
  }
}
