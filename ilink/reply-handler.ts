import type { Dispatcher } from 'undici';

/**
 * The answer to one request, collected as undici hands it over. Its own `request()` gives a stream, a signal and a promise for
 * each piece, which takes longer than the rest of a small request.
 */
export class ReplyHandler implements Dispatcher.DispatchHandler {
  status = 0;
  headers: Record<string, string | string[] | undefined> = {};
  readonly pieces: Buffer[] = [];
  /** Resolved when the answer is here, rejected when there is no more of it than {@link pieces}. */
  readonly whole: Promise<void>;
  private resolve!: () => void;
  private reject!: (error: unknown) => void;
  private controller: Dispatcher.DispatchController | undefined;
  private aborted: { reason: unknown } | undefined;
  private bytes = 0;

  /**
   * @param tooLarge makes the error of an answer that has more than `maxBytes`
   * @param onBegun called when the answer has begun
   */
  constructor(
    private readonly tooLarge: () => Error,
    private readonly maxBytes: number,
    private readonly onBegun: () => void,
  ) {
    this.whole = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  /** Ends the request, or keeps it from being sent. The connection is closed. */
  abort(reason: unknown): void {
    if (this.aborted) return;
    this.aborted = { reason };
    this.reject(reason);
    this.endRequest();
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    if (this.aborted) this.endRequest();
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: ReplyHandler['headers'],
  ): void {
    // An interim answer, such as 103; the real one follows.
    if (status < 200) return;
    this.status = status;
    this.headers = headers;
    this.onBegun();
  }

  onResponseData(_controller: Dispatcher.DispatchController, piece: Buffer): void {
    if (this.aborted) return;
    this.bytes += piece.length;
    if (this.bytes > this.maxBytes) this.abort(this.tooLarge());
    else this.pieces.push(piece);
  }

  onResponseEnd(): void {
    this.resolve();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.reject(error);
  }

  private endRequest(): void {
    const { reason } = this.aborted!;
    this.controller?.abort(reason instanceof Error ? reason : new Error('aborted'));
  }
}
