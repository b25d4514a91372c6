import { nextTryMs, type RetryPolicy } from '../../ilink/backoff';
import {
  ILinkError,
  ILinkHttpError,
  ILinkNetworkError,
  ILinkReplyError,
  retryAfterOf,
} from '../../ilink/errors';

/** How one message is tried: an execution does not wait longer for a server that asks for a pause. */
export const SEND_RETRY: RetryPolicy = { maxTries: 3, firstMs: 500, longestAskedMs: 30_000 };

/**
 * How long to wait before a message is tried again, always under the same `client_id`. Nothing when trying again cannot help or
 * would lengthen a penalty: what the server refused stays refused.
 *
 * @param tries how often it was tried, the failed one included
 */
export function retryPauseMs(error: unknown, tries: number): number | undefined {
  if (!(error instanceof ILinkError)) return undefined;
  const helps = error.repeat === 'yes' || error.repeat === 'few';
  return helps ? nextTryMs(SEND_RETRY, tries, retryAfterOf(error)) : undefined;
}

/** Whether the server may have taken the message although its answer is missing or cannot be read. */
export function mayHaveArrived(error: unknown): boolean {
  if (error instanceof ILinkNetworkError) return error.mayHaveArrived;
  if (error instanceof ILinkHttpError) return error.status >= 500;
  // What is not an error of iLink is an execution that was cancelled while the request was on its way.
  return error instanceof ILinkReplyError || !(error instanceof ILinkError);
}
