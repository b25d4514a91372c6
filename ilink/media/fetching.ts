import { nextTryMs, type RetryPolicy } from '../backoff';
import { sleep, type Clock } from '../clock';
import { ILinkHttpError, ILinkNetworkError } from '../errors';
import type { Deadline } from '../deadline';
import { hostToName } from '../named-host';
import { NoAnswer } from '../seen';
import type { OpenAnswer, Transport } from '../transport';
import { ILinkMediaError } from './errors';
import type { MediaHosts } from './hosts';

export interface FetchingDeps {
  transport: Transport;
  clock: Clock;
  hosts: MediaHosts;
}

export interface FetchingOptions {
  url: URL;
  /** More than this is not read. */
  maxBytes: number;
  /** The time for all of it, and the caller's abort. */
  deadline: Deadline;
  signal?: AbortSignal;
}

/** In a row, without a new byte in between. */
const RETRY: RetryPolicy = { maxTries: 3, firstMs: 500 };
const MAX_REDIRECTS = 3;
/** How long a server may say nothing. */
const SILENCE_MS = 30_000;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * The bytes of one file on the CDN. When the connection breaks in the middle it is asked for again, and what came before is
 * read over: nothing says that the CDN would start in the middle.
 */
export class Fetching {
  private answer: OpenAnswer | undefined;
  private received = 0;
  private tries = 0;

  constructor(
    private readonly deps: FetchingDeps,
    private readonly options: FetchingOptions,
  ) {}

  /**
   * Asks for the file and waits until the server begins to answer.
   *
   * @throws ILinkError when it cannot be had; ILinkMediaError when it is said to be larger than allowed
   */
  async begin(): Promise<void> {
    this.answer = await this.connect();
  }

  /** The file's pieces in order, each byte once. To be read once. */
  async *pieces(): AsyncGenerator<Buffer, void, void> {
    for (;;) {
      const answer = this.answer ?? (await this.connect());
      this.answer = undefined;
      try {
        yield* this.fresh(answer);
        return;
      } catch (error) {
        await this.beforeNextTry(error);
      }
    }
  }

  /** Ends a request that nobody reads. */
  end(): void {
    this.answer?.discard();
    this.answer = undefined;
  }

  /** What was not there before. */
  private async *fresh({ body }: OpenAnswer): AsyncGenerator<Buffer, void, void> {
    let position = 0;
    for await (const piece of body) {
      if (position === 0 && isWebPage(piece))
        throw new ILinkMediaError('web_page', { code: 'begins_like_html' });
      const known = Math.min(piece.length, Math.max(0, this.received - position));
      position += piece.length;
      if (known === piece.length) continue;
      this.count(piece.length - known);
      yield known === 0 ? piece : piece.subarray(known);
    }
    if (position < this.received) throw new ILinkMediaError('damaged', { code: 'shorter_than_before' });
  }

  private count(bytes: number): void {
    this.received += bytes;
    this.tries = 0;
    if (this.received > this.options.maxBytes) throw this.tooLarge();
  }

  private async connect(): Promise<OpenAnswer> {
    for (;;) {
      try {
        return await this.ask();
      } catch (error) {
        await this.beforeNextTry(error);
      }
    }
  }

  /** Waits when trying again can help. @throws the error when it cannot, or was tried often enough */
  private async beforeNextTry(error: unknown): Promise<void> {
    this.tries++;
    const pauseMs = canPass(error) ? nextTryMs(RETRY, this.tries) : undefined;
    if (pauseMs === undefined) throw this.known(error);
    await sleep(this.deps.clock, pauseMs, this.options.deadline.signal);
    if (this.options.deadline.signal.aborted) throw this.known(error);
  }

  private async ask(): Promise<OpenAnswer> {
    let { url } = this.options;
    for (let hops = 0; ; hops++) {
      const answer = await this.open(url);
      if (answer.status === 200) return this.checked(answer);
      answer.discard();
      const target = REDIRECTS.has(answer.status) ? locationOf(answer, url) : undefined;
      if (!target || hops === MAX_REDIRECTS)
        throw new ILinkHttpError('cdn_download', answer.status, headerOf(answer, 'x-error-message'));
      if (!this.deps.hosts.allows(target))
        throw new ILinkMediaError('foreign_host', {
          code: 'redirected',
          facts: { host: hostToName(target.href, sentIn(this.options.url)) },
        });
      url = target;
    }
  }

  private open(url: URL): Promise<OpenAnswer> {
    return this.deps.transport.open({
      endpoint: 'cdn_download',
      method: 'GET',
      url,
      headers: {},
      timeoutMs: SILENCE_MS,
      signal: this.options.deadline.signal,
    });
  }

  /** What the server says of the size only serves to refuse early; what counts is what comes. */
  private checked(answer: OpenAnswer): OpenAnswer {
    if (/^text\/html\b/i.test(headerOf(answer, 'content-type'))) {
      answer.discard();
      throw new ILinkMediaError('web_page', { code: 'html_type' });
    }
    if (!(Number(headerOf(answer, 'content-length')) > this.options.maxBytes)) return answer;
    answer.discard();
    throw this.tooLarge();
  }

  private tooLarge(): ILinkMediaError {
    return new ILinkMediaError('too_large', {
      code: 'more_bytes',
      facts: { maxBytes: this.options.maxBytes },
    });
  }

  /** An abort of ours: the caller's own, or the end of the time. */
  private known(error: unknown): unknown {
    const { deadline, signal } = this.options;
    if (signal?.aborted) return signal.reason;
    return deadline.passed
      ? new ILinkNetworkError('cdn_download', 'timed_out', NoAnswer.wholeInTime, true)
      : error;
  }
}

/** A connection or a server that failed may work a moment later. */
function canPass(error: unknown): boolean {
  if (error instanceof ILinkNetworkError) return error.reason !== NoAnswer.refusedByRule;
  return error instanceof ILinkHttpError && error.status >= 500;
}

/** Neither an encrypted file nor a picture begins so. */
function isWebPage(piece: Buffer): boolean {
  return /^\ufeff?\s*<(?:!doctype\s+html|html|head|body)\b/i.test(piece.toString('utf8', 0, 200));
}

/** What the address of a file holds: whoever has its parameter can fetch the file. */
function sentIn({ pathname, searchParams }: URL): string[] {
  return [pathname, ...searchParams.values()];
}

function locationOf(answer: OpenAnswer, base: URL): URL | undefined {
  const location = headerOf(answer, 'location');
  return location && URL.canParse(location, base.href) ? new URL(location, base) : undefined;
}

function headerOf({ headers }: OpenAnswer, name: string): string {
  const value = headers[name];
  return (Array.isArray(value) ? value[0] : value) ?? '';
}
