import type { ILinkClient, Updates } from '../../ilink/client';
import type { Clock } from '../../ilink/clock';
import type { Gateway } from './gateway';

/** Where the next poll begins, and how long the server holds it. */
export interface Position {
  cursor: string;
  holdMs: number;
}

export interface PollDeps {
  client: Pick<ILinkClient, 'getUpdates'>;
  clock: Clock;
  gateway?: Pick<Gateway, 'askAgainMs'>;
}

const ASK_AGAIN = new Error('ASK_AGAIN');

/** One poll. @returns nothing when we ended it, to ask again before a gateway ends it */
export async function askForUpdates(
  { client, clock, gateway }: PollDeps,
  { cursor, holdMs }: Position,
  signal: AbortSignal,
): Promise<Updates | undefined> {
  const askAgainMs = await gateway?.askAgainMs();
  if (askAgainMs === undefined || askAgainMs >= holdMs) return client.getUpdates(cursor, holdMs, signal);
  const turn = new AbortController();
  const end = (): void => turn.abort(signal.reason);
  signal.addEventListener('abort', end, { once: true });
  const cancel = clock.after(askAgainMs, () => turn.abort(ASK_AGAIN));
  try {
    return await client.getUpdates(cursor, holdMs, turn.signal);
  } catch (error) {
    if (error === ASK_AGAIN && !signal.aborted) return undefined;
    throw error;
  } finally {
    cancel();
    signal.removeEventListener('abort', end);
  }
}
