import { MessageType } from '../../ilink/wire';
import { isOwnClientId } from '../client-id';
import { hasIdentity } from './duplicates';

/**
 * What something that came is. `echo`: the bot's own message, sent back by the server. `stray`: nothing by which it could be
 * told from the next one, such as `null`, `{}`, or a message without any id.
 */
export type IncomingKind = 'message' | 'echo' | 'stray';

/** @param message as it came, so it may be anything */
export function kindOfIncoming(message: unknown): IncomingKind {
  const { message_type, client_id } = Object(message) as { message_type?: unknown; client_id?: unknown };
  if (Number(message_type) === MessageType.Bot || isOwnClientId(client_id)) return 'echo';
  return hasIdentity(message) ? 'message' : 'stray';
}
