import { join } from 'node:path';
import type { IHttpRequestOptions } from 'n8n-workflow';

import { LoginStop, SaveTrouble } from '../../../../../login/runner';
import {
  accountOf,
  forgetCredential,
  lastSave,
  noteAccount,
} from '../../../../../nodes/WeChat/login/accounts';
import { credentialSaver } from '../../../../../nodes/WeChat/login/saveCredential';
import { SqliteStore } from '../../../../../store/sqlite/sqlite-store';
import { removeTempFolders, tempFolder } from '../../../../support/temp-folder';

const RESULT = {
  botToken: 'the-token',
  botId: 'b@im.bot',
  ownerUserId: 'o@im.wechat',
  apiBaseUrl: 'https://ilinkai.weixin.qq.com',
};
const SETTINGS = { name: 'Mine', cdnBaseUrl: 'https://cdn', clientVersion: '2.4.9', workflowId: 'w1' };
const HERE = 'http://localhost:5678/api/v1';

describe('credentialSaver', () => {
  let store: SqliteStore;
  const asked: IHttpRequestOptions[] = [];
  let answers: unknown[] = [];
  let credential: object | Error = { apiKey: 'key', baseUrl: 'http://localhost:5678' };
  const save = (target = {}, result: object = {}, workflowId = 'w1', more: object = {}) =>
    credentialSaver(
      {
        getCredentials: async () => (credential instanceof Error ? Promise.reject(credential) : credential),
        helpers: {
          async httpRequest(options) {
            asked.push(options);
            const answer = answers.shift();
            if (answer instanceof Error) throw answer;
            return answer;
          },
        },
      },
      { ...SETTINGS, workflowId, ...more },
      async () => store,
    )({ ...RESULT, ...result }, target);
  const ok = (id: string, type = 'weChatBotApi') => ({ statusCode: 200, body: { id, name: 'Mine', type } });
  const calls = () => asked.map(({ method, url }) => `${method} ${url?.replace(HERE, '')}`);
  const stopped = async (target: object, result = {}) => {
    const error = await save(target, result).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(LoginStop);
    expect(error).not.toBeInstanceOf(SaveTrouble);
    return (error as LoginStop).problem.code;
  };

  beforeEach(() => {
    store = SqliteStore.open(join(tempFolder(), 'wechat.sqlite'), 0, () => undefined);
    asked.length = 0;
    credential = { apiKey: 'key', baseUrl: 'http://localhost:5678' };
  });
  afterEach(() => store.close());
  afterAll(removeTempFolders);

  it('creates a credential, and updates it at the next login of the same person, without a type', async () => {
    answers = [ok('c1'), ok('c1'), ok('c1')];
    expect(await save()).toMatchObject({ credentialId: 'c1', created: true });
    expect(await save()).toMatchObject({ credentialId: 'c1', created: false });
    expect(calls()).toEqual(['POST /credentials', 'GET /credentials/c1', 'PATCH /credentials/c1']);
    expect(asked[2]?.body).toEqual({ isPartialData: true, data: { ...RESULT } });
  });

  it('leaves alone what another workflow has made, also for the same person', async () => {
    answers = [ok('c1'), ok('c2')];
    await save({}, {}, 'w1');
    expect(await save({}, {}, 'w2')).toMatchObject({ credentialId: 'c2', created: true });
  });

  it('creates another one after a logout', async () => {
    answers = [ok('c1'), ok('c2')];
    await save();
    await forgetCredential(store, 'other');
    await forgetCredential(store, 'c1');
    expect(await save()).toMatchObject({ credentialId: 'c2', created: true });
  });

  it('does not take the id of a credential in another n8n', async () => {
    answers = [ok('c1'), ok('c2')];
    await save();
    credential = { apiKey: 'key', baseUrl: 'http://other:5678/api/v1' };
    expect(await save()).toMatchObject({ credentialId: 'c2', created: true });
  });

  it('goes on with what was remembered before each workflow had its own memory, if the key may read it', async () => {
    const body = JSON.stringify({ baseUrl: HERE, id: 'old' });
    const document = { key: RESULT.ownerUserId, body, expiresAt: Number.MAX_SAFE_INTEGER };
    await store.documents.write('login-credential', document, undefined, 0);
    answers = [{ statusCode: 403, body: {} }, ok('mine')];
    expect(await save({}, {}, 'of a member')).toMatchObject({ credentialId: 'mine', created: true });
    answers = [ok('old'), ok('old'), ok('new')];
    expect(await save()).toMatchObject({ credentialId: 'old', created: false });
    expect(await save({}, {}, 'w3')).toMatchObject({ credentialId: 'new', created: true });
  });

  it('tells the triggers of a credential that it has written it', async () => {
    answers = [ok('c1'), ok('c1'), ok('c1')];
    await save();
    const first = await lastSave(store, 'c1');
    expect(first).toBeDefined();
    await save();
    expect(await lastSave(store, 'c1')).not.toBe(first);
  });

  it('takes for a credential the scan of its account only, and asks nothing before', async () => {
    const target = { credentialId: 'c1', ownerUserId: 'other@im.wechat' };
    expect(await stopped(target)).toBe('other_account');
    expect(await stopped({ credentialId: 'c1' })).toBe('unknown_account');
    await noteAccount(store, { n8n: '', credentialId: 'c1' }, 'other@im.wechat');
    expect(await stopped({ credentialId: 'c1' })).toBe('other_account');
    expect(await stopped({ credentialId: 'c1' }, { ownerUserId: '' })).toBe('no_account');
    expect(asked).toEqual([]);
    await noteAccount(store, { n8n: '', credentialId: 'c1' }, RESULT.ownerUserId);
    answers = [ok('c1'), ok('c1')];
    expect(await save({ credentialId: 'c1' })).toMatchObject({ credentialId: 'c1', created: false });
  });

  it('knows whose a credential is that it has made itself, and believes no other n8n about it', async () => {
    answers = [ok('c1')];
    await save();
    expect(await accountOf(store, { n8n: HERE, credentialId: 'c1' })).toBe(RESULT.ownerUserId);
    credential = { apiKey: 'key', baseUrl: 'http://hostile/api/v1' };
    answers = [ok('c2')];
    await save();
    expect(await accountOf(store, { n8n: HERE, credentialId: 'c2' })).toBeUndefined();
  });

  it('leaves a credential of another type as it is, and says so', async () => {
    answers = [ok('c1', 'httpHeaderAuth')];
    expect(await stopped({ credentialId: 'c1', ownerUserId: RESULT.ownerUserId })).toBe('other_type');
    expect(calls()).toEqual(['GET /credentials/c1']);
  });

  it.each([403, 404, 405])(
    'lets the change say it where the credential cannot be read (%d)',
    async (statusCode) => {
      answers = [
        { statusCode, body: {} },
        { statusCode: 400, body: { message: 'no such property' } },
      ];
      const target = { credentialId: 'c1', ownerUserId: RESULT.ownerUserId };
      await expect(save(target)).rejects.toMatchObject({ problem: { code: 'api_refused' } });
      expect(asked[1]?.body).not.toHaveProperty('type');
    },
  );

  describe('with the key of somebody else, in a page', () => {
    const publisher = { projectId: 'p1', apiCredentialId: 'k1' };
    const list = (projects: string[], more: object = {}) => ({
      statusCode: 200,
      body: {
        data: [
          { id: 'other', shared: [] },
          { id: 'k1', shared: projects.map((id) => ({ id })) },
        ],
        ...more,
      },
    });

    it('writes nothing', async () => {
      answers = [list(['p2']), { statusCode: 200, body: { id: 'k1', type: 'n8nApi' } }];
      await expect(save({}, {}, 'w1', { publisher })).rejects.toMatchObject({
        problem: { code: 'foreign_key' },
      });
      expect(calls()).toEqual(['GET /credentials?limit=250', 'GET /credentials/k1']);
    });

    it.each([
      ['of its project', [list(['p2', 'p1'])]],
      ['on a later page', [{ statusCode: 200, body: { data: [], nextCursor: 'n' } }, list(['p1'])]],
      ['shared with everybody', [list([]), { statusCode: 200, body: { id: 'k1', isGlobal: true } }]],
      ['that may not list', [{ statusCode: 403, body: { message: 'Forbidden' } }]],
      ['that is not listed', [{ statusCode: 200, body: { data: [] } }]],
      ['in an older n8n', [{ statusCode: 405, body: '<html>' }]],
    ])('goes on with a key %s', async (_what, given) => {
      answers = [...given, ok('c1')];
      expect(await save({}, {}, 'w1', { publisher })).toMatchObject({ credentialId: 'c1', created: true });
    });
  });

  it('creates a new one in the place of one that is gone', async () => {
    answers = [{ statusCode: 404, body: {} }, { statusCode: 404, body: {} }, ok('c2')];
    const target = { credentialId: 'c1', ownerUserId: RESULT.ownerUserId };
    expect(await save(target)).toMatchObject({ credentialId: 'c2', created: true });
  });

  it.each([
    ['api_key_missing', new Error('no such credential'), undefined],
    ['api_key_missing', { apiKey: '', baseUrl: 'http://localhost' }, undefined],
    ['api_key_missing', { apiKey: 'key', baseUrl: 'no address' }, undefined],
    ['api_unreachable', undefined, new Error('ECONNREFUSED with the-token')],
    ['api_refused', undefined, { statusCode: 200, body: '<html>the-token</html>' }],
    ['api_refused', undefined, { statusCode: 400, body: { message: 'bad the-token, bad key' } }],
    ['api_refused', undefined, { statusCode: 404, body: {} }],
  ])('says %s, may be tried again, and never says the token', async (code, given, answer) => {
    if (given) credential = given;
    answers = [answer];
    const trouble = await save().catch((error: SaveTrouble) => error);
    expect(trouble).toBeInstanceOf(SaveTrouble);
    expect((trouble as SaveTrouble).problem.code).toBe(code);
    const said = JSON.stringify(trouble, Object.getOwnPropertyNames(trouble));
    expect(said).not.toContain('the-token');
  });
});
