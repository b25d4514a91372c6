import type { ITriggerFunctions } from 'n8n-workflow';

import type { BotCredential } from '../../../ilink/credential';
import type { Store } from '../../../store/store';
import { lastSave } from '../login/accounts';
import { CREDENTIAL_NAME, readCredential } from '../shared/credential';
import type { CredentialWatch } from './credentialWatch';
import { nodeLog } from '../texts';

type Context = Pick<ITriggerFunctions, 'getCredentials' | 'getNode' | 'logger'>;

/**
 * The trigger's credential, read anew.
 *
 * @param store absent while there is none
 * @returns nothing when it is not yet time, or when it cannot be read now
 */
export async function readAgain(
  context: Context,
  watch: CredentialWatch,
  store: Store | undefined,
): Promise<BotCredential | undefined> {
  const { id } = context.getNode().credentials?.[CREDENTIAL_NAME] ?? {};
  const saved = store && id ? await lastSave(store, id).catch(() => undefined) : undefined;
  if (!watch.isDue(saved)) return undefined;
  try {
    const credential = readCredential(await context.getCredentials(CREDENTIAL_NAME));
    watch.wasRead(true);
    return credential;
  } catch (error) {
    // Half-typed or deleted, or n8n's database is busy: go on with what we have and look again.
    const name = error instanceof Error ? error.name : typeof error;
    context.logger.debug(nodeLog.credentialNotRead(name));
    watch.wasRead(false);
    return undefined;
  }
}
