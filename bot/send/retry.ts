import {
  ILinkError,
  ILinkHttpError,
  ILinkNetworkError,
  ILinkReplyError,
  retryAfterOf,
} from '../../ilink/errors';

/** How often one message is tried at most, and how long the first pause is; each further one is twice as long. */
export const MAX_TRIES = 3;
const FIRST_PAUSE_MS = 500;
/** An execution waits no longer than this for a server that asks for a pause. */
const LONGEST_PAUSE_MS = 30_000;

/**
 * How long to wait before a message is tried again, always under the same `client_id`. Nothing when trying again cannot help or
 * would lengthen a penalty: what the server refused stays refused.
 *
 * @param tries how often it was tried, the failed one included
 */
export function retryPauseMs(error: unknown, tries: number): number | undefined {
  if (tries >= MAX_TRIES || !(error instanceof ILinkError)) return undefined;
  const helps = error.repeat === 'yes' || error.repeat === 'few';
  const askedMs = retryAfterOf(error);
  if (!helps || askedMs > LONGEST_PAUSE_MS) return undefined;
  return Math.max(askedMs, FIRST_PAUSE_MS * 2 ** (tries - 1));
}

/** Whether the server may have taken the message although its answer is missing or cannot be read. */
export function mayHaveArrived(error: unknown): boolean {
  if (error instanceof ILinkNetworkError) return error.mayHaveArrived;
  if (error instanceof ILinkHttpError) return error.status >= 500;
  // What is not an error of iLink is an execution that was cancelled while the request was on its way.
  return error instanceof ILinkReplyError || !(error instanceof ILinkError);
}
