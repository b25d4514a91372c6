import { hasIdentity, type IncomingMessage } from '../../ilink/incoming';
import { MessageType } from '../../ilink/wire';
import { isOwnClientId } from '../client-id';

/**
 * What something that came is. `echo`: the bot's own message, sent back by the server. `stray`: nothing by which it could be
 * told from the next one, such as `null`, `{}`, or a message without any id.
 */
export type IncomingKind = 'message' | 'echo' | 'stray';

export function kindOfIncoming(message: IncomingMessage): IncomingKind {
  // Also as text: an echo that is taken for a message of a person would be answered.
  const isOfBot = Number(message.fields.message_type) === MessageType.Bot;
  if (isOfBot || isOwnClientId(message.clientId)) return 'echo';
  return hasIdentity(message) ? 'message' : 'stray';
}

/**
 * The person who wrote to the bot, if any of these messages tells: a bot talks to one person only, the owner of the account that
 * scanned. What the bot itself has written may come back, and tells nothing.
 */
export function personIn(messages: readonly IncomingMessage[]): string | undefined {
  return messages
    .filter(({ messageType, fromUserId }) => messageType === MessageType.User && fromUserId !== undefined)
    .find((message) => kindOfIncoming(message) !== 'echo')?.fromUserId;
}

/** Who wrote these messages, each once. What the bot itself wrote does not count. */
export function writersOf(messages: readonly IncomingMessage[]): string[] {
  const writers = messages
    .filter((message) => kindOfIncoming(message) !== 'echo')
    .map(({ fromUserId }) => fromUserId);
  return [...new Set(writers.filter((userId) => userId !== undefined))];
}
