import { request, type Dispatcher } from 'undici';

import type { Clock } from './clock';
import type { Endpoint } from './endpoints';
import { ILinkNetworkError, ILinkReplyError } from './errors';

/** One HTTP exchange. */
export interface Exchange {
  endpoint: Endpoint;
  method: 'GET' | 'POST';
  url: URL;
  headers: Record<string, string>;
  body?: string | Buffer;
  /** The limit on the whole exchange, body included. */
  limitMs: number;
  signal?: AbortSignal;
  /**
   * Whether an answer that has begun when the signal aborts is still read to its end, for a moment, also when nobody had the
   * time to look at it yet: the server will not deliver those messages again.
   */
  finishStarted?: boolean;
}

export interface HttpAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
}

/** What the transport needs from outside. */
export interface TransportDeps {
  dispatcher: Dispatcher;
  /** Makes another pool of connections (see {@link Transport.exchange}). */
  renew?: () => Dispatcher;
  clock: Clock;
  /** Refuses an address before anything is sent, by throwing: n8n's egress rule for addresses that need no lookup. */
  guard?: (url: URL) => void;
}

/** A reply of the API is far smaller; more than this is not one. */
const MAX_REPLY_BYTES = 64 * 1024 * 1024;

/** Closing a trigger may take a second. */
const FINISH_MS = 800;

/** Codes that say that the request never left: the server cannot have processed it. */
const NOT_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

/** The only place that touches undici's requests: limits, abort, and what a failure was. */
export class Transport {
  private dispatcher: Dispatcher;

  constructor(private readonly deps: TransportDeps) {
    this.dispatcher = deps.dispatcher;
  }

  /**
   * Sends one request and reads the whole answer. Redirects are not followed. When no answer comes within the limit, the next
   * request goes over new connections: they die without a word, and the idle ones of the pool with them.
   *
   * @throws ILinkNetworkError when no whole answer came
   * @throws the signal's reason when it was aborted; the connection is then closed
   */
  async exchange(exchange: Exchange, maxBytes = MAX_REPLY_BYTES): Promise<HttpAnswer> {
    this.checkAddress(exchange);
    const { limitMs, signal, finishStarted = false } = exchange;
    const limit = new Limit(this.deps.clock, limitMs, { outer: signal, looksFirst: finishStarted });
    try {
      const answer = await request(exchange.url, {
        method: exchange.method,
        headers: exchange.headers,
        body: exchange.body ?? null,
        dispatcher: this.dispatcher,
        signal: limit.signal,
      });
      if (finishStarted) limit.graceMs = FINISH_MS;
      const body = await readBody(answer.body, exchange.endpoint, maxBytes);
      return { status: answer.statusCode, headers: answer.headers, body };
    } catch (error) {
      exchange.signal?.throwIfAborted();
      if (error instanceof ILinkReplyError) throw error;
      if (limit.passed) this.renew();
      throw explain(exchange.endpoint, error, limit.passed);
    } finally {
      limit.clear();
    }
  }

  /** Closes the connections. Nothing may be sent afterwards. */
  async close(): Promise<void> {
    await this.dispatcher.destroy();
  }

  private renew(): void {
    if (!this.deps.renew) return;
    const old = this.dispatcher;
    this.dispatcher = this.deps.renew();
    // What is under way on the old ones has limits of its own.
    old.close().catch(() => undefined);
  }

  private checkAddress({ endpoint, url }: Exchange): void {
    try {
      this.deps.guard?.(url);
    } catch (error) {
      throw new ILinkNetworkError(endpoint, 'unreachable', "refused by this n8n's egress rule", false, error);
    }
  }
}

/** Aborts when the time is over or the caller's signal aborts, and takes its listener off the caller's signal again. */
class Limit {
  private readonly controller = new AbortController();
  private readonly cancelTimer: () => void;
  private cancelGrace: () => void = () => undefined;
  private over = false;
  passed = false;
  /** How long the exchange may go on after the caller's signal aborted. */
  graceMs = 0;

  constructor(
    private readonly clock: Clock,
    limitMs: number,
    /** `looksFirst`: what has arrived when `outer` aborts is looked at before that counts. */
    private readonly caller: { outer: AbortSignal | undefined; looksFirst: boolean },
  ) {
    const { outer } = caller;
    this.cancelTimer = clock.after(limitMs, () => {
      this.passed = true;
      this.controller.abort();
    });
    if (outer?.aborted) this.controller.abort(outer.reason);
    outer?.addEventListener('abort', this.onOuterAbort, { once: true });
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  clear(): void {
    this.over = true;
    this.cancelTimer();
    this.cancelGrace();
    this.caller.outer?.removeEventListener('abort', this.onOuterAbort);
  }

  private readonly onOuterAbort = (): void => {
    // Between the two, Node reads all of its sockets once.
    if (this.caller.looksFirst) setImmediate(() => setImmediate(() => this.endSoon()));
    else this.endSoon();
  };

  private endSoon(): void {
    if (this.over) return;
    const abort = (): void => this.controller.abort(this.caller.outer?.reason);
    if (this.graceMs === 0) abort();
    else this.cancelGrace = this.clock.after(this.graceMs, abort);
  }
}

async function readBody(
  stream: AsyncIterable<Buffer>,
  endpoint: Endpoint,
  maxBytes: number,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > maxBytes) throw new ILinkReplyError(endpoint, `the answer is larger than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, size);
}

function explain(endpoint: Endpoint, error: unknown, timePassed: boolean): ILinkNetworkError {
  if (timePassed)
    return new ILinkNetworkError(endpoint, 'timed_out', 'no answer within the limit', true, error);
  const code = codeOf(error);
  const failure = code === 'UND_ERR_CONNECT_TIMEOUT' ? 'timed_out' : 'unreachable';
  return new ILinkNetworkError(endpoint, failure, code, !NOT_SENT.has(code), error);
}

/**
 * The code of an error, or of what caused it: undici hides it behind causes, and behind a list of errors when it tried
 * several addresses. By shape and not by class, because errors of Node's own code may belong to another realm.
 */
function codeOf(error: unknown): string {
  const { code, cause, errors, name } = Object(error) as {
    code?: unknown;
    cause?: unknown;
    errors?: unknown[];
    name?: unknown;
  };
  if (typeof code === 'string') return code;
  if (cause !== undefined) return codeOf(cause);
  if (Array.isArray(errors) && errors.length > 0) return codeOf(errors[0]);
  return typeof name === 'string' ? name : 'unknown failure';
}
