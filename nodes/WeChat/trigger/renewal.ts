import type { IDataObject, ITriggerFunctions } from 'n8n-workflow';

import { botKeyOf, type BotCredential } from '../../../ilink/credential';
import type { LoginService } from '../../../login/service';
import type { Store } from '../../../store/store';
import { noteAccount, THIS_N8N } from '../login/accounts';
import { storedCaller } from '../login/caller';
import { loginLink, nearness, pagesFor } from '../login/links';
import { UNKNOWN_ACCOUNT } from '../texts';
import { CREDENTIAL_NAME } from '../shared/credential';

/** A mail about a login is not always read at once. */
const LINK_LIFE_MS = 24 * 3_600_000;

export interface RenewalDeps {
  logins: LoginService;
  store: () => Promise<Store>;
}

type Context = Pick<ITriggerFunctions, 'getNode' | 'getWorkflow'>;
type Credential = Pick<BotCredential, 'ownerUserId' | 'botToken'>;

/**
 * Whose account the trigger's credential belongs to: the person who is known to have scanned or written, else whom the credential
 * names, which n8n has handed to us. Notes it for those who make links for the credential.
 *
 * @returns empty when nothing is known
 */
export async function noteOwner(context: Context, credential: Credential, store: Store): Promise<string> {
  const ownerUserId = (await store.logins.provenUser(botKeyOf(credential))) ?? credential.ownerUserId;
  const { id } = context.getNode().credentials?.[CREDENTIAL_NAME] ?? {};
  if (id && ownerUserId) await noteAccount(store, { n8n: THIS_N8N, credentialId: id }, ownerUserId);
  return ownerUserId;
}

/**
 * What a workflow needs to have somebody log in again: which credential it is, whose account, and, where a login page of this
 * workflow or project is open, a link to it. The link is good for one login of this account, so it can be sent to its owner. Where
 * nothing is known of the account, there is no link, and `next` says what to do.
 */
export async function renewalOf(
  context: Context,
  credential: Credential,
  { logins, store }: RenewalDeps,
): Promise<IDataObject> {
  const ownerUserId = await noteOwner(context, credential, await store());
  const { id, name } = context.getNode().credentials?.[CREDENTIAL_NAME] ?? {};
  const target = {
    ...(id && { credentialId: id }),
    ...(name && { credentialName: name }),
    ...(ownerUserId && { ownerUserId }),
  };
  const caller = storedCaller(context);
  const { usable } = await pagesFor(await store(), caller);
  const page = usable.find((one) => nearness(one, caller) !== 'foreign');
  if (!page) return target;
  if (!ownerUserId) return { ...target, next: `${UNKNOWN_ACCOUNT.message}. ${UNKNOWN_ACCOUNT.next}` };
  const url = await loginLink(logins, page, target, LINK_LIFE_MS);
  return { ...target, url, expiresAt: new Date(Date.now() + LINK_LIFE_MS).toISOString() };
}
