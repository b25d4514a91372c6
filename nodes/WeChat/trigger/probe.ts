import type { Bot } from '../../../bot/bot';
import { ILinkNetworkError, ILinkReplyError } from '../../../ilink/errors';
import { tokenWorks, verdictOfError, verdictOfReply } from '../../../ilink/token';

/**
 * Asks for the typing ticket, which changes nothing.
 *
 * @returns gives what is wrong at the moment: nothing when iLink has answered and taken the token
 */
export function probe({ client }: Pick<Bot, 'client'>, ownerUserId: string): () => unknown {
  let trouble: unknown = new ILinkNetworkError('getconfig', 'timed_out', 'no answer within the limit', true);
  client.getConfig(ownerUserId).then(
    (reply) => {
      const isOther = verdictOfReply(reply) === 'not_ilink';
      trouble = isOther ? new ILinkReplyError('getconfig', 'the answer is not one of iLink') : undefined;
    },
    (error: unknown) => (trouble = tokenWorks(verdictOfError(error)) ? undefined : error),
  );
  return () => trouble;
}
