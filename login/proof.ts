import { botKeyOf, type BotCredential } from '../ilink/credential';
import { realmOf, speaksForAll } from '../ilink/realm';
import type { Logins, Proof } from '../store/logins';

/** A confirmed login, and which server confirmed it. */
export interface ConfirmedLogin extends Pick<BotCredential, 'botToken' | 'ownerUserId'> {
  /** The address that answered, not the one that the answer names. */
  confirmedBy: string;
}

/**
 * The proof that a bot belongs to a person: `serverUrl`, asked with the bot's token or for it, said so.
 *
 * @param bot see {@link botKeyOf}
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
export async function proveLogin(logins: Pick<Logins, 'prove'>, login: ConfirmedLogin): Promise<void> {
  const { ownerUserId, confirmedBy } = login;
  if (ownerUserId === '') return;
  await logins.prove({ ...proofOf(botKeyOf(login), confirmedBy, ownerUserId), isConfirmation: true });
}
