import { createInterface, type Interface } from 'node:readline';
import type { Readable } from 'node:stream';

/** The input ended before the line that was waited for. */
export class InputEnded extends Error {
  constructor() {
    super('InputEnded');
    this.name = 'InputEnded';
  }
}

/** The lines of an input that is no terminal, one at a time. Nothing is read before the first one is wanted. */
export class Lines {
  private reader: Interface | undefined;
  private readonly read: string[] = [];
  private ended = false;
  private wake: () => void = () => undefined;

  constructor(private readonly input: Readable) {}

  /**
   * @throws InputEnded when there is no more line; the signal's reason when it was aborted (the next line stays for the next
   * call)
   */
  async next(signal: AbortSignal): Promise<string> {
    this.open();
    const onAbort = (): void => this.wake();
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      for (;;) {
        signal.throwIfAborted();
        const line = this.read.shift();
        if (line !== undefined) return line;
        if (this.ended) throw new InputEnded();
        await new Promise<void>((resolve) => (this.wake = resolve));
      }
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  /** Lets go of the input, which otherwise keeps the process alive. */
  close(): void {
    this.reader?.close();
    this.input.pause();
    (this.input as Readable & { unref?: () => void }).unref?.();
  }

  private open(): void {
    if (this.reader) return;
    this.reader = createInterface({ input: this.input, terminal: false });
    this.reader.on('line', (line) => {
      this.read.push(line);
      this.wake();
    });
    this.reader.on('close', () => {
      this.ended = true;
      this.wake();
    });
  }
}
