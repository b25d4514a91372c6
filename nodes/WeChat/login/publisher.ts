import { LoginStop } from '../../../login/runner';
import type { N8nApi, StoredCredential } from '../../../n8n-api/client';
import { unless } from '../../../n8n-api/error';

/** Whose page it is, and with which credential for n8n's API it writes. */
export interface Publisher {
  projectId: string;
  /** Of the "n8n API" credential. */
  apiCredentialId: string;
}

/** The key may not list credentials: it is not an owner's or admin's, or has not the scope. Then nobody can say. */
const CANNOT_SAY = [200, 400, 403, 404, 405];

/**
 * Refuses a page that writes with a key which its project may not use. n8n checks that where it starts an execution, and not where it
 * calls the webhook or the trigger of a node; and without a licence for sharing it does not when a workflow is saved either.
 *
 * @throws LoginStop
 */
export async function refuseForeignKey(
  api: N8nApi,
  { projectId, apiCredentialId }: Publisher,
): Promise<void> {
  const key = await unless(CANNOT_SAY, listed(api, apiCredentialId));
  if (!key || key.projectIds.includes(projectId)) return;
  const known = await unless(CANNOT_SAY, api.credential(apiCredentialId));
  if (known?.isGlobal !== true) throw new LoginStop({ code: 'foreign_key' });
}

/** Only the list says with which projects a credential is shared. */
async function listed(api: N8nApi, wanted: string): Promise<StoredCredential | undefined> {
  for await (const credential of api.credentials()) if (credential.id === wanted) return credential;
  return undefined;
}
