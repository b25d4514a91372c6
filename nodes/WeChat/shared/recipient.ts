import type { ContextTokens } from '../../../bot/send/context-token';
import type { IncomingMessage } from '../../../ilink/incoming';
import { InputProblem } from './errors';

export interface Recipient {
  to: string;
  contextToken: ContextTokens;
}

/**
 * Decides to whom a message goes and which context tokens come into question.
 *
 * @param wanted what the node's parameters say; empty texts mean "not set"
 * @param incoming the message that the item belongs to
 * @param ownerUserId from the credential
 * @throws InputProblem when there is nobody to send to
 */
export function chooseRecipient(
  wanted: { to: string; contextToken: string },
  incoming: Pick<IncomingMessage, 'fromUserId' | 'contextToken'>,
  ownerUserId: string,
): Recipient {
  const to = wanted.to || incoming.fromUserId || ownerUserId;
  if (!to) {
    throw new InputProblem({ code: 'nobody' });
  }
  const fallback = incoming.fromUserId === to ? incoming.contextToken : undefined;
  const contextToken = {
    ...(wanted.contextToken && { wanted: wanted.contextToken }),
    ...(fallback && { fallback }),
  };
  return { to, contextToken };
}
