import { randomUUID } from 'node:crypto';

import type { Store } from '../../../store/store';

const ACCOUNTS = 'login-account';
const CREDENTIALS = 'login-credential';
const SAVES = 'login-save';
const FOR_EVER = Number.MAX_SAFE_INTEGER;

/** The n8n in which this process runs. */
export const THIS_N8N = '';

/** A credential, in the n8n that it belongs to. */
export interface CredentialPlace {
  /** Address of the API that keeps it, or {@link THIS_N8N}. Whoever runs a server of his own may call his credentials what he likes. */
  n8n: string;
  credentialId: string;
}

/**
 * Notes whose account a credential belongs to. What may be noted: what WeChat said of the scan with which a page wrote it, and what
 * the credential itself says where n8n has handed it to a node.
 */
export async function noteAccount(store: Store, place: CredentialPlace, ownerUserId: string): Promise<void> {
  if (!ownerUserId || (await accountAt(store, place)) === ownerUserId) return;
  await write(store, ACCOUNTS, keyOf(place), { ownerUserId });
}

/** Whose account the credential belongs to, as far as this installation knows. */
export async function accountOf(
  store: Store,
  { n8n, credentialId }: CredentialPlace,
): Promise<string | undefined> {
  return (
    (await accountAt(store, { n8n, credentialId })) ??
    (await accountAt(store, { n8n: THIS_N8N, credentialId })) ??
    oldAccount(store, { n8n, credentialId })
  );
}

/** From before accounts were noted: then it was only remembered which credential a person had got. */
async function oldAccount(store: Store, { n8n, credentialId }: CredentialPlace): Promise<string | undefined> {
  const all = await store.documents.list(CREDENTIALS, 0);
  const found = all.find(({ key, body }) => {
    const { id, baseUrl } = JSON.parse(body) as Remembered;
    return id === credentialId && baseUrl === n8n && !key.startsWith('[');
  });
  return found?.key;
}

/** The login of one person by the page of one workflow. */
export interface LoginOf {
  workflowId: string;
  ownerUserId: string;
}

/** The credential that the page of this workflow has written for this person before. */
export async function rememberedCredential(
  store: Store,
  n8n: string,
  login: LoginOf,
): Promise<{ id: string; isOld: boolean } | undefined> {
  if (!login.ownerUserId) return undefined;
  const own = await read<Remembered>(store, CREDENTIALS, loginKey(login));
  if (own?.baseUrl === n8n) return { id: own.id, isOld: false };
  // From before the pages had a memory each; it belongs to the first that may write the credential.
  const old = await read<Remembered>(store, CREDENTIALS, login.ownerUserId);
  return old?.baseUrl === n8n ? { id: old.id, isOld: true } : undefined;
}

interface Remembered {
  baseUrl: string;
  id: string;
}

export async function rememberCredential(
  store: Store,
  { n8n, credentialId }: CredentialPlace,
  login: LoginOf,
): Promise<void> {
  if (!login.ownerUserId) return;
  await write(store, CREDENTIALS, loginKey(login), { baseUrl: n8n, id: credentialId });
  const old = await read<Remembered>(store, CREDENTIALS, login.ownerUserId);
  if (old?.id === credentialId) await store.documents.remove(CREDENTIALS, login.ownerUserId);
  await noteAccount(store, { n8n, credentialId }, login.ownerUserId);
}

/** Notes that a login has written a credential, for the triggers that use it: in this process and in all that share the store. */
export async function noteSave(store: Store, credentialId: string): Promise<void> {
  await write(store, SAVES, credentialId, { save: randomUUID() });
}

/** Another text whenever a login has written the credential; nothing when none has. */
export function lastSave(store: Store, credentialId: string): Promise<string | undefined> {
  return store.documents.read(SAVES, credentialId, 0);
}

/** The next login of whoever has this credential gets a new one. */
export async function forgetCredential(store: Store, credentialId: string): Promise<void> {
  await store.documents.remove(SAVES, credentialId);
  for (const { key, body } of await store.documents.list(CREDENTIALS, 0)) {
    if ((JSON.parse(body) as Remembered).id === credentialId) await store.documents.remove(CREDENTIALS, key);
  }
}

async function accountAt(store: Store, place: CredentialPlace): Promise<string | undefined> {
  return (await read<{ ownerUserId: string }>(store, ACCOUNTS, keyOf(place)))?.ownerUserId;
}

function keyOf({ n8n, credentialId }: CredentialPlace): string {
  return JSON.stringify([n8n, credentialId]);
}

function loginKey({ workflowId, ownerUserId }: LoginOf): string {
  return JSON.stringify([workflowId, ownerUserId]);
}

async function read<Body>(store: Store, kind: string, key: string): Promise<Body | undefined> {
  const body = await store.documents.read(kind, key, 0);
  return body === undefined ? undefined : (JSON.parse(body) as Body);
}

async function write(store: Store, kind: string, key: string, value: object): Promise<void> {
  const before = await store.documents.read(kind, key, 0);
  await store.documents.write(kind, { key, body: JSON.stringify(value), expiresAt: FOR_EVER }, before, 0);
}
