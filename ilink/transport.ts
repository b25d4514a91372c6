import type { Dispatcher } from 'undici';

import type { Clock } from './clock';
import type { Endpoint } from './endpoints';
import { ILinkNetworkError, ILinkReplyError } from './errors';
import { networkFailure } from './network-failure';
import { Deadline } from './deadline';
import { OutgoingBody, type Body } from './outgoing-body';
import { joinPieces } from './pieces';
import { ReplyHandler } from './reply-handler';
import { undici } from './undici';
import { BOT_AGENT } from './version';
import { NoAnswer } from './seen';

/** One HTTP exchange. */
export interface Exchange {
  endpoint: Endpoint;
  method: 'GET' | 'POST';
  url: URL;
  headers: Record<string, string>;
  /** A body that comes in pieces needs a Content-Length among the headers. */
  body?: Body;
  /** The limit on the whole exchange, bodies included; begins anew with every piece of a request body that was taken. */
  timeoutMs: number;
  signal?: AbortSignal;
  /**
   * Whether an answer that has begun when the signal aborts is still read to its end, for a moment, also when nobody had the
   * time to look at it yet: the server will not deliver those messages again. For the same reason what came of an answer that
   * breaks off is given, with {@link HttpAnswer.cutBy}.
   */
  finishStarted?: boolean;
}

export interface HttpAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
  /** Why there is no more of the body than this; only with {@link Exchange.finishStarted}. */
  cutBy?: unknown;
}

/** An answer whose body is still on its way. */
export interface OpenAnswer {
  status: number;
  headers: HttpAnswer['headers'];
  /** Its pieces, to be read once. Fails with ILinkNetworkError, or the signal's reason; ends the request when it is left early. */
  body: AsyncGenerator<Buffer, void, void>;
  /** Ends the request without reading the body. */
  discard(): void;
}

/** What the transport needs from outside. */
export type TransportDeps = Connections & {
  clock: Clock;
  /** Refuses an address before anything is sent, by throwing: for addresses that need no lookup. */
  guard?: (url: URL) => void;
};

/**
 * What requests go over. `renew` makes another pool of connections (see {@link Transport.exchange}), and without a `dispatcher` the
 * first one, with the first request.
 */
type Connections =
  { dispatcher: Dispatcher; renew?: () => Dispatcher } | { dispatcher?: undefined; renew: () => Dispatcher };

/** A reply of the API is far smaller; more than this is not one. */
const MAX_REPLY_BYTES = 64 * 1024 * 1024;

/** Whoever stops may have a second for it. */
const FINISH_MS = 800;

/** The only place that touches undici's requests: limits, abort, and what a failure was. */
export class Transport {
  private dispatcher: Dispatcher | undefined;
  private closed = false;

  constructor(private readonly deps: TransportDeps) {
    this.dispatcher = deps.dispatcher;
  }

  /**
   * Sends one request and reads the whole answer. Redirects are not followed. When no answer comes within the time, the next
   * request goes over new connections: they die without a word, and the idle ones of the pool with them.
   *
   * @throws ILinkNetworkError when no whole answer came
   * @throws what the source of the request body failed with
   * @throws the signal's reason when it was aborted; the connection is then closed
   */
  async exchange(exchange: Exchange, maxBytes = MAX_REPLY_BYTES): Promise<HttpAnswer> {
    this.checkAddress(exchange);
    const { timeoutMs, signal, finishStarted = false } = exchange;
    signal?.throwIfAborted();
    const deadline = new Deadline(this.deps.clock, timeoutMs, signal, finishStarted);
    const outgoing = new OutgoingBody(exchange.body, () => deadline.restart());
    const reply = new ReplyHandler(
      () => new ILinkReplyError(exchange.endpoint, { code: 'answer_too_large', facts: { maxBytes } }),
      maxBytes,
      () => finishStarted && (deadline.graceMs = FINISH_MS),
    );
    deadline.onAbort = (reason) => reply.abort(reason);
    try {
      this.connections().dispatch(requestOf(exchange, outgoing), reply);
      await reply.whole;
      return await answerOf(reply);
    } catch (error) {
      if (finishStarted && reply.pieces.length > 0) {
        const cutBy = error instanceof ILinkReplyError ? error : this.failure(exchange, error, deadline);
        return { ...(await answerOf(reply)), cutBy };
      }
      if (!exchange.signal?.aborted) {
        outgoing.throwSourceFailure();
        if (error instanceof ILinkReplyError) throw error;
      }
      throw this.failure(exchange, error, deadline);
    } finally {
      outgoing.end();
      deadline.clear();
    }
  }

  /**
   * Sends one request and gives the answer as soon as its headers are there. Redirects are not followed.
   *
   * @param exchange its `timeoutMs` is how long nothing may come: neither the headers nor a next piece of the body. The time
   * that the reader takes does not count.
   * @throws as {@link exchange}
   */
  async open(exchange: Omit<Exchange, 'body'>): Promise<OpenAnswer> {
    this.checkAddress(exchange);
    const deadline = new Deadline(this.deps.clock, exchange.timeoutMs, exchange.signal);
    try {
      const { statusCode, headers, body } = await undici().request(exchange.url, {
        method: exchange.method,
        headers: { 'User-Agent': BOT_AGENT, ...exchange.headers },
        dispatcher: this.connections(),
        signal: deadline.signal,
      });
      deadline.pause();
      // Its failures are seen by whoever reads it, and nobody else may be troubled.
      body.on('error', () => undefined);
      const discard = (): void => {
        deadline.clear();
        body.destroy();
      };
      return { status: statusCode, headers, body: this.pieces(body, exchange, deadline, discard), discard };
    } catch (error) {
      deadline.clear();
      throw this.failure(exchange, error, deadline);
    }
  }

  /** Closes the connections. Nothing may be sent afterwards. */
  async close(): Promise<void> {
    this.closed = true;
    await this.dispatcher?.destroy();
  }

  private async *pieces(
    body: AsyncIterable<Buffer>,
    exchange: Pick<Exchange, 'endpoint' | 'signal'>,
    deadline: Deadline,
    discard: () => void,
  ): OpenAnswer['body'] {
    try {
      deadline.restart();
      for await (const piece of body) {
        deadline.pause();
        yield piece;
        deadline.restart();
      }
    } catch (error) {
      throw this.failure(exchange, error, deadline);
    } finally {
      discard();
    }
  }

  /** What a failure of ours or of the network looks like to the caller. */
  private failure(
    { endpoint, signal }: Pick<Exchange, 'endpoint' | 'signal'>,
    error: unknown,
    { passed }: Deadline,
  ): unknown {
    if (signal?.aborted) return signal.reason;
    if (passed) this.renew();
    return networkFailure(endpoint, error, passed);
  }

  private connections(): Dispatcher {
    const { deps } = this;
    if (this.closed) throw Object.assign(new Error('UND_ERR_CLOSED'), { code: 'UND_ERR_CLOSED' });
    return (this.dispatcher ??= deps.dispatcher === undefined ? deps.renew() : deps.dispatcher);
  }

  private renew(): void {
    if (!this.deps.renew) return;
    const old = this.dispatcher;
    this.dispatcher = this.deps.renew();
    // What is under way on the old ones has limits of its own.
    old?.close().catch(() => undefined);
  }

  private checkAddress({ endpoint, url }: Pick<Exchange, 'endpoint' | 'url'>): void {
    try {
      this.deps.guard?.(url);
    } catch (error) {
      throw new ILinkNetworkError(endpoint, 'unreachable', NoAnswer.refusedByRule, false, error);
    }
  }
}

function requestOf(
  { url, method, headers }: Exchange,
  { content }: OutgoingBody,
): Dispatcher.DispatchOptions {
  return {
    origin: url.origin,
    path: url.pathname + url.search,
    method,
    headers: { 'User-Agent': BOT_AGENT, ...headers },
    body: content,
  };
}

async function answerOf({ status, headers, pieces }: ReplyHandler): Promise<HttpAnswer> {
  return { status, headers, body: pieces.length === 1 ? pieces[0]! : await joinPieces(pieces) };
}
