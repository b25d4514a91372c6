import { InputProblem } from './errors';
import type { Incoming } from './incoming';

export interface Recipient {
  to: string;
  /** Absent when none is known; then the message goes out without one and the server decides. */
  contextToken?: string;
}

/**
 * Decides to whom a message goes and with which context token. Without one in the parameters or the item, the newest that
 * is known for the user is to be looked up.
 *
 * @param wanted what the node's parameters say; empty texts mean "not set"
 * @param incoming the message that the item belongs to
 * @param ownerUserId from the credential
 * @throws InputProblem when there is nobody to send to
 */
export function chooseRecipient(
  wanted: { to: string; contextToken: string },
  incoming: Incoming,
  ownerUserId: string,
): Recipient {
  const to = wanted.to || incoming.from_user_id || ownerUserId;
  if (!to) {
    throw new InputProblem(
      'There is nobody to send to',
      'Fill in "To", or connect a WeChat Trigger before this node, or put the owner\'s user ID into the credential.',
    );
  }
  const ofItem = incoming.from_user_id === to ? incoming.context_token : '';
  const contextToken = wanted.contextToken || ofItem;
  return { to, ...(contextToken && { contextToken }) };
}
