import { realmOf, speaksForAll } from '../ilink/realm';
import { MessageType } from '../ilink/wire';
import type { Proof, Store } from '../store/store';
import { loginKey, type BotCredential } from './credential';
import { kindOfIncoming } from './incoming';

/** A confirmed login, and which server confirmed it. */
export interface ConfirmedLogin extends Pick<BotCredential, 'botToken' | 'ownerUserId'> {
  /** The address that answered, not the one that the answer names. */
  confirmedBy: string;
}

/**
 * The proof that a bot belongs to a person: `serverUrl`, asked with the bot's token or for it, said so.
 *
 * @param bot see {@link loginKey}
 */
export function proofOf(bot: string, serverUrl: string, userId: string): Proof {
  const realm = realmOf(serverUrl);
  return { bot, realm, userId, speaksFor: (servers) => speaksForAll(realm, servers) };
}

/**
 * Has the token of a login that this installation followed take over what is kept of the person who scanned. A server that does not
 * say who that was proves nothing, and the person's first message does.
 *
 * @throws when the store fails
 */
export async function proveLogin(store: Pick<Store, 'prove'>, login: ConfirmedLogin): Promise<void> {
  const { ownerUserId, confirmedBy } = login;
  if (ownerUserId !== '') await store.prove(proofOf(loginKey(login), confirmedBy, ownerUserId));
}

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
