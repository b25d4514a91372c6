import { join } from 'node:path';

import {
  accountOf,
  forgetCredential,
  lastSave,
  noteAccount,
  noteSave,
  rememberCredential,
  rememberedCredential,
  THIS_N8N,
} from '../../../../../nodes/WeChat/login/accounts';
import { SqliteStore } from '../../../../../store/sqlite/sqlite-store';
import { removeTempFolders, tempFolder } from '../../../../support/temp-folder';

const N8N = 'http://localhost:5678/api/v1';
const place = { n8n: N8N, credentialId: 'c1' };
const login = { workflowId: 'w1', ownerUserId: 'o@im.wechat' };

describe('What is known of credentials', () => {
  let store: SqliteStore;
  beforeEach(() => {
    store = SqliteStore.open(join(tempFolder(), 'wechat.sqlite'), 0, () => undefined);
  });
  afterEach(() => store.close());
  afterAll(removeTempFolders);

  it('is whose account one is, as this n8n or the one that keeps it has told', async () => {
    expect(await accountOf(store, place)).toBeUndefined();
    await noteAccount(store, { n8n: THIS_N8N, credentialId: 'c1' }, 'here@im.wechat');
    expect(await accountOf(store, place)).toBe('here@im.wechat');
    await noteAccount(store, { n8n: 'http://other/api/v1', credentialId: 'c1' }, 'other@im.wechat');
    expect(await accountOf(store, place)).toBe('here@im.wechat');
    await noteAccount(store, place, 'there@im.wechat');
    expect(await accountOf(store, place)).toBe('there@im.wechat');
    await noteAccount(store, place, '');
    expect(await accountOf(store, place)).toBe('there@im.wechat');
  });

  it('is which one a workflow has made for a person, until that person logs out', async () => {
    await rememberCredential(store, place, login);
    expect(await rememberedCredential(store, N8N, login)).toEqual({ id: 'c1', isOld: false });
    expect(await rememberedCredential(store, N8N, { ...login, workflowId: 'w2' })).toBeUndefined();
    expect(await rememberedCredential(store, 'http://other/api/v1', login)).toBeUndefined();
    await forgetCredential(store, 'c1');
    expect(await rememberedCredential(store, N8N, login)).toBeUndefined();
    expect(await accountOf(store, place)).toBe(login.ownerUserId);
  });

  it('comes from before, too: the account at once, the memory for the first that may use it', async () => {
    const body = JSON.stringify({ baseUrl: N8N, id: 'c1' });
    const document = { key: login.ownerUserId, body, expiresAt: Number.MAX_SAFE_INTEGER };
    await store.documents.write('login-credential', document, undefined, 0);
    expect(await accountOf(store, place)).toBe(login.ownerUserId);
    expect(await rememberedCredential(store, N8N, login)).toEqual({ id: 'c1', isOld: true });
    await rememberCredential(store, place, login);
    expect(await rememberedCredential(store, N8N, { ...login, workflowId: 'w2' })).toBeUndefined();
  });

  it('says whenever a login has written it, also again, until the person logs out', async () => {
    expect(await lastSave(store, 'c1')).toBeUndefined();
    await noteSave(store, 'c1');
    const first = await lastSave(store, 'c1');
    await noteSave(store, 'c1');
    const second = await lastSave(store, 'c1');
    await forgetCredential(store, 'c1');
    await noteSave(store, 'c1');
    expect(new Set([first, second, await lastSave(store, 'c1')]).size).toBe(3);
    expect(await lastSave(store, 'c2')).toBeUndefined();
  });

  it('keeps nothing for a person whom WeChat did not name', async () => {
    await rememberCredential(store, place, { ...login, ownerUserId: '' });
    expect(await rememberedCredential(store, N8N, { ...login, ownerUserId: '' })).toBeUndefined();
    expect(await accountOf(store, place)).toBeUndefined();
  });
});
