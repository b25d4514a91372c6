import type { IDataObject, ITriggerFunctions } from 'n8n-workflow';

import type { BotCredential } from '../../../bot/credential';
import type { LoginDesk } from '../../../bot/login/desk';
import type { Store } from '../../../store/store';
import { loginLink, openPages } from '../login/links';
import { CREDENTIAL_NAME } from '../shared/credential';

/** A mail about a login is not always read at once. */
const LINK_LIFE_MS = 24 * 3_600_000;

export interface RenewalDeps {
  desk: LoginDesk;
  store: () => Promise<Store>;
}

/**
 * What a workflow needs to have somebody log in again: which credential it is, whose account, and, where a login page is
 * open, a link to it. The link is good for one login of this account, so it can be sent to its owner.
 */
export async function renewalOf(
  context: Pick<ITriggerFunctions, 'getNode' | 'getWorkflow'>,
  { ownerUserId }: Pick<BotCredential, 'ownerUserId'>,
  { desk, store }: RenewalDeps,
): Promise<IDataObject> {
  const { id, name } = context.getNode().credentials?.[CREDENTIAL_NAME] ?? {};
  const target = {
    ...(id && { credentialId: id }),
    ...(name && { credentialName: name }),
    ...(ownerUserId && { ownerUserId }),
  };
  const [page] = await openPages(await store(), context.getWorkflow().id);
  if (!page) return target;
  const url = await loginLink(desk, page, target, LINK_LIFE_MS);
  return { ...target, url, expiresAt: new Date(Date.now() + LINK_LIFE_MS).toISOString() };
}
