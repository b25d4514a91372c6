import type { Bot } from '../../../bot/bot';
import { ILinkNetworkError, ILinkReplyError } from '../../../ilink/errors';
import { tokenWorks, verdictOfError, verdictOfReply } from '../../../ilink/token';
import { NoAnswer } from '../../../ilink/seen';

/**
 * Asks for the typing ticket, which changes nothing.
 *
 * @returns gives what is wrong at the moment: nothing when iLink has answered and taken the token
 */
export function probe({ client }: Pick<Bot, 'client'>, ownerUserId: string): () => unknown {
  let trouble: unknown = new ILinkNetworkError('getconfig', 'timed_out', NoAnswer.inTime, true);
  client.getConfig(ownerUserId).then(
    (reply) => {
      const isOther = verdictOfReply(reply) === 'not_ilink';
      trouble = isOther ? new ILinkReplyError('getconfig', { code: 'foreign_api' }) : undefined;
    },
    (error: unknown) => (trouble = tokenWorks(verdictOfError(error)) ? undefined : error),
  );
  return () => trouble;
}
