import { EventEmitter } from 'node:events';
import type { Client, Dispatcher } from 'undici';

import { undici } from './undici';

interface Waiting {
  request: Dispatcher.DispatchOptions;
  handler: Dispatcher.DispatchHandler;
}

/** What {@link ConnectionPool} adds to a dispatcher of undici. */
export type PoolOptions = Client.Options & {
  /** How many requests may be under way; what comes then waits. */
  connections: number;
};

/**
 * Connections to one server, as undici's own Pool has them: one request at a time on each, as many as are needed. That one takes
 * 17 kB for its queue before anything waits in it, which is a quarter of an idle bot. It is no dispatcher of undici in order not to load undici
 * before the first request, and has what its Agent asks of one.
 */
export class ConnectionPool extends EventEmitter {
  private readonly connections: Client[] = [];
  private readonly busy = new Set<Client>();
  private waiting: Waiting[] = [];
  private opening: NodeJS.Immediate | undefined;
  private whenIdle: (() => void) | undefined;
  closed = false;
  destroyed = false;

  private readonly options: Client.Options;
  private readonly most: number;

  constructor(
    private readonly origin: string | URL,
    { connections, connect, ...options }: PoolOptions,
  ) {
    super();
    this.most = connections;
    // One for all connections: it remembers the sessions of TLS.
    const connector = typeof connect === 'function' ? connect : undici().buildConnector({ ...connect });
    this.options = { ...options, connect: connector };
  }

  dispatch(request: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    if (this.closed) throw new (undici().errors.ClientClosedError)();
    this.waiting.push({ request, handler });
    this.sendWaiting(this.connections.length === 0);
    // An answer is told before its connection is free again, which is a moment later.
    if (this.waiting.length > 0) this.opening ??= setImmediate(() => this.openMore());
    return this.waiting.length === 0;
  }

  /** What is under way and what waits comes to its end. */
  async close(): Promise<void> {
    this.closed = true;
    if (this.busy.size + this.waiting.length > 0)
      await new Promise<void>((resolve) => (this.whenIdle = resolve));
    await Promise.all(this.connections.map((connection) => connection.close()));
  }

  async destroy(reason?: unknown): Promise<void> {
    this.closed = this.destroyed = true;
    const error = reason instanceof Error ? reason : new (undici().errors.ClientDestroyedError)();
    const { waiting } = this;
    this.waiting = [];
    // The Agent has made them handlers of the kind that undici uses inside.
    waiting.forEach(({ handler }) => handler.onError?.(error));
    await Promise.all(this.connections.map((connection) => connection.destroy(error)));
  }

  private free(): Client | undefined {
    return this.connections.find((connection) => !this.busy.has(connection));
  }

  private opened(): Client | undefined {
    if (this.connections.length >= this.most) return undefined;
    const connection = new (undici().Client)(this.origin, this.options);
    connection
      .on('drain', () => this.drains(connection))
      .on('connect', (origin, targets) => this.emit('connect', origin, [this, ...targets]))
      .on('disconnect', (origin, targets, error) =>
        this.emit('disconnect', origin, [this, ...targets], error),
      )
      .on('connectionError', (origin, targets, error) => {
        // It could not connect: the next request gets another one.
        this.forget(connection);
        this.emit('connectionError', origin, [this, ...targets], error);
      });
    this.connections.push(connection);
    return connection;
  }

  private openMore(): void {
    this.opening = undefined;
    this.sendWaiting(true);
  }

  private sendWaiting(mayOpen: boolean): void {
    for (let next = this.waiting[0]; next; next = this.waiting[0]) {
      const connection = this.free() ?? (mayOpen ? this.opened() : undefined);
      if (!connection) return;
      this.waiting.shift();
      if (!connection.dispatch(next.request, next.handler)) this.busy.add(connection);
    }
    if (this.busy.size === 0) this.whenIdle?.();
  }

  private drains(connection: Client, mayOpen = false): void {
    this.busy.delete(connection);
    this.sendWaiting(mayOpen);
  }

  private forget(connection: Client): void {
    const at = this.connections.indexOf(connection);
    if (at !== -1) this.connections.splice(at, 1);
    this.drains(connection, true);
  }
}
