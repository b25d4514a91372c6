import type { Readable } from 'node:stream';

/** A body in one piece, or one that comes in pieces and is never whole in memory. */
export type Body = string | Buffer | AsyncIterable<Uint8Array>;

/** What undici is given. Its types leave out that it takes any iterable. */
type UndiciBody = string | Buffer | Readable | null;

/** A body on its way. Tells of progress, and keeps a source that fails apart from a connection that fails. */
export class OutgoingBody {
  readonly content: UndiciBody;
  private sourceFailure: { error: unknown } | undefined;
  private ended = false;

  /** @param onProgress called whenever a piece was taken */
  constructor(
    given: Body | undefined,
    private readonly onProgress: () => void,
  ) {
    const whole = given === undefined || typeof given === 'string' || Buffer.isBuffer(given);
    this.content = whole ? (given ?? null) : (this.pass(given) as unknown as Readable);
  }

  /** @throws what the source of the body failed with, if it did */
  throwSourceFailure(): void {
    if (this.sourceFailure) throw this.sourceFailure.error;
  }

  /** Nothing is told any more: the exchange is over, whether or not the body was taken to its end. */
  end(): void {
    this.ended = true;
  }

  private async *pass(given: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    try {
      for await (const piece of given) {
        yield piece;
        if (!this.ended) this.onProgress();
      }
    } catch (error) {
      this.sourceFailure = { error };
      throw error;
    }
  }
}
