import { ILinkApiError, ILinkHttpError } from './errors';
import type { GetConfigReply } from './wire';

/**
 * What an answer to getconfig says about the token that asked.
 *
 * `works`: it is good. `write_first`: it is good, and the person has not written to the bot yet, or not for a day. `user_unknown`: it
 * is good, and the user who was asked about is not known. `works_with_code`: it was taken, whatever the code means. `refused`: only
 * -14, 401 and 403 say that. `not_ilink`: something else answered. `no_answer`: nothing is known of it.
 */
export type TokenVerdict =
  'works' | 'write_first' | 'user_unknown' | 'works_with_code' | 'refused' | 'not_ilink' | 'no_answer';

const DENIED: readonly number[] = [401, 403];

/** @param reply the reply, when the API answered without a code */
export function verdictOfReply(reply: GetConfigReply): TokenVerdict {
  return reply.typing_ticket !== undefined || reply.ret !== undefined ? 'works' : 'not_ilink';
}

/** @param error what asking failed with */
export function verdictOfError(error: unknown): TokenVerdict {
  if (error instanceof ILinkHttpError) return DENIED.includes(error.status) ? 'refused' : 'no_answer';
  if (!(error instanceof ILinkApiError)) return 'no_answer';
  switch (error.kind) {
    case 'login_needed':
      return 'refused';
    case 'window_closed':
      return 'write_first';
    case 'bad_request':
    case 'wrong_recipient':
      return 'user_unknown';
    default:
      return 'works_with_code';
  }
}

/** Whether the token is good, as far as this answer tells. */
export function tokenWorks(verdict: TokenVerdict): boolean {
  return ['works', 'write_first', 'user_unknown', 'works_with_code'].includes(verdict);
}
