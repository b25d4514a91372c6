import type { LoginOutcome, LoginTarget } from '../../../login/record';
import { LoginStop, type SaveLogin } from '../../../login/runner';
import type { LoginResult } from '../../../login/state';
import { CREDENTIAL_NAME, type N8nApi, type StoredCredential } from '../../../n8n-api/client';
import { unless } from '../../../n8n-api/error';
import type { Store } from '../../../store/store';
import { accountOf, noteSave, rememberCredential, rememberedCredential } from './accounts';
import { refuseForeignKey, type Publisher } from './publisher';
import { withPublicApi, type ApiContext } from './publicApi';

/** What the nodes' settings say about the credential. */
export interface CredentialSettings {
  /** The name of a credential that is new. */
  name: string;
  cdnBaseUrl: string;
  clientVersion: string;
  /** Whose page it is: its logins renew the credentials that it has made, and no others without a link for them. */
  workflowId: string;
  /** Absent where n8n itself has checked that the workflow may use the key: in an execution. */
  publisher?: Publisher;
}

/**
 * Puts a login's token into n8n's credential store, through n8n's public API with the key of the node: the credential that
 * the target names, else the one that the same person's last login by this workflow got, else a new one. The token goes nowhere
 * else.
 */
export function credentialSaver(
  context: ApiContext,
  settings: CredentialSettings,
  store: () => Promise<Store>,
): SaveLogin {
  return (result, target) =>
    withPublicApi(context, async (api, n8n) => {
      const login = { workflowId: settings.workflowId, ownerUserId: result.ownerUserId };
      await refuseStranger(result, target, n8n, store);
      if (settings.publisher) await refuseForeignKey(api, settings.publisher);
      const known = target.credentialId
        ? { id: target.credentialId, isOld: false }
        : await rememberedCredential(await store(), n8n, login);
      const outcome =
        (known && (await update(api, known, result, target.credentialId !== undefined))) ??
        (await create(api, target.credentialName ?? settings.name, result, settings));
      await noteSave(await store(), outcome.credentialId);
      await rememberCredential(await store(), { n8n, credentialId: outcome.credentialId }, login);
      return outcome;
    });
}

/**
 * A credential takes the scan of the account that it belongs to and of no other, whoever made the link: its id stands in exported
 * workflows, and links reach the wrong people.
 */
async function refuseStranger(
  { ownerUserId }: LoginResult,
  target: LoginTarget,
  n8n: string,
  store: () => Promise<Store>,
): Promise<void> {
  const { credentialId } = target;
  if (credentialId === undefined && target.ownerUserId === undefined) return;
  const wanted =
    target.ownerUserId ?? (credentialId && (await accountOf(await store(), { n8n, credentialId })));
  if (!wanted) throw new LoginStop({ code: 'unknown_account' });
  if (!ownerUserId) throw new LoginStop({ code: 'no_account' });
  if (wanted !== ownerUserId) throw new LoginStop({ code: 'other_account' });
}

/** n8n could not be asked for the credential: it is gone, this n8n or this key has no such request. Then the change itself says. */
const UNKNOWN_HERE = [403, 404, 405];

/** @returns nothing when there is no such credential any more, or none that this page may have meant */
async function update(
  api: N8nApi,
  { id, isOld }: { id: string; isOld: boolean },
  result: LoginResult,
  isWanted: boolean,
): Promise<LoginOutcome | undefined> {
  const known = await unless(UNKNOWN_HERE, api.credential(id));
  if (isOld && !known) return undefined;
  if (known?.type !== undefined && known.type !== CREDENTIAL_NAME) {
    if (isWanted) throw new LoginStop({ code: 'other_type' });
    return undefined;
  }
  const updated = await unless([404], api.update(id, result));
  return updated && outcomeOf(updated, result, false);
}

async function create(
  api: N8nApi,
  name: string,
  result: LoginResult,
  { cdnBaseUrl, clientVersion }: CredentialSettings,
): Promise<LoginOutcome> {
  return outcomeOf(await api.create(name, { ...result, cdnBaseUrl, clientVersion }), result, true);
}

function outcomeOf(
  { id, name }: StoredCredential,
  { botId, ownerUserId }: LoginResult,
  created: boolean,
): LoginOutcome {
  return { botId, ownerUserId, credentialId: id, credentialName: name, created };
}
