import { MessageType } from '../../ilink/wire';
import { kindOfIncoming } from './incoming';

/**
 * The person who wrote to the bot, if any of these messages tells: a bot talks to one person only, the owner of the account that
 * scanned. What the bot itself has written may come back, and tells nothing.
 */
export function personIn(messages: readonly unknown[]): string | undefined {
  for (const message of messages) {
    const { message_type, from_user_id } = Object(message) as Record<string, unknown>;
    const isOfPerson = message_type === MessageType.User && kindOfIncoming(message) !== 'echo';
    if (isOfPerson && typeof from_user_id === 'string' && from_user_id !== '') return from_user_id;
  }
  return undefined;
}
