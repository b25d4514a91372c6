import { createInterface } from 'node:readline/promises';

import type { Io } from './io';
import { InputEnded } from './lines';

/**
 * Asks in the terminal and waits for one line. The terminal is in raw mode meanwhile, so Ctrl-C comes here and not as a signal.
 *
 * @throws InputEnded when the input was closed (Ctrl-D); the signal's reason when it was aborted
 */
export async function ask(
  { stdin, stdout }: Io,
  question: string,
  signal: AbortSignal,
  interrupt: () => void,
): Promise<string> {
  signal.throwIfAborted();
  const reader = createInterface({ input: stdin, output: stdout, terminal: true });
  try {
    const closed = new Promise<never>((_resolve, reject) => {
      reader.once('close', () => reject(new InputEnded()));
    });
    closed.catch(() => undefined);
    reader.on('SIGINT', interrupt);
    return await Promise.race([reader.question(question, { signal }), closed]);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    reader.close();
    stdin.pause();
  }
}
