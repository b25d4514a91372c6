import { join } from 'node:path';
import type { IHttpRequestOptions } from 'n8n-workflow';

import { LoginStop, SaveTrouble } from '../../../../../bot/login/runner';
import {
  apiBaseUrl,
  credentialSaver,
  forgetCredential,
} from '../../../../../nodes/WeChat/login/saveCredential';
import { SqliteStore } from '../../../../../store/sqlite/sqlite-store';
import { removeTempFolders, tempFolder } from '../../../../support/temp-folder';

const RESULT = {
  botToken: 'the-token',
  botId: 'b@im.bot',
  ownerUserId: 'o@im.wechat',
  apiBaseUrl: 'https://ilinkai.weixin.qq.com',
};
const SETTINGS = { name: 'Mine', cdnBaseUrl: 'https://cdn', clientVersion: '2.4.9' };

describe('credentialSaver', () => {
  let store: SqliteStore;
  const asked: IHttpRequestOptions[] = [];
  let answers: unknown[] = [];
  let credential: object | Error = { apiKey: 'key', baseUrl: 'http://localhost:5678' };
  const save = (target = {}) =>
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
      SETTINGS,
      async () => store,
    )(RESULT, target);
  const ok = (id: string) => ({ statusCode: 200, body: { id, name: 'Mine' } });

  beforeEach(() => {
    store = SqliteStore.open(join(tempFolder(), 'wechat.sqlite'), 0, () => undefined);
    asked.length = 0;
    credential = { apiKey: 'key', baseUrl: 'http://localhost:5678' };
  });
  afterEach(() => store.close());
  afterAll(removeTempFolders);

  it('creates a credential, and updates it at the next login of the same person', async () => {
    answers = [ok('c1'), ok('c1')];
    expect(await save()).toMatchObject({ credentialId: 'c1', created: true });
    expect(await save()).toMatchObject({ credentialId: 'c1', created: false });
    expect(asked.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'POST http://localhost:5678/api/v1/credentials',
      'PATCH http://localhost:5678/api/v1/credentials/c1',
    ]);
    expect(asked[1]?.body).toMatchObject({ isPartialData: true });
  });

  it('creates another one after a logout', async () => {
    answers = [ok('c1'), ok('c2')];
    await save();
    await forgetCredential(store, RESULT.ownerUserId);
    expect(await save()).toMatchObject({ credentialId: 'c2', created: true });
  });

  it('does not take the id of a credential in another n8n', async () => {
    answers = [ok('c1'), ok('c2')];
    await save();
    credential = { apiKey: 'key', baseUrl: 'http://other:5678/api/v1' };
    expect(await save()).toMatchObject({ credentialId: 'c2', created: true });
  });

  it('asks before anything is sent when somebody else scanned', async () => {
    const stop = await save({ credentialId: 'c1', ownerUserId: 'other@im.wechat' }).catch(
      (error: unknown) => error,
    );
    expect(stop).toBeInstanceOf(LoginStop);
    expect(stop).not.toBeInstanceOf(SaveTrouble);
    expect(asked).toEqual([]);
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

describe('apiBaseUrl', () => {
  it.each([
    ['http://localhost:5678', 'http://localhost:5678/api/v1'],
    ['http://localhost:5678/', 'http://localhost:5678/api/v1'],
    [' https://n8n.example.com/api/v1/ ', 'https://n8n.example.com/api/v1'],
    ['https://example.com/n8n', 'https://example.com/n8n/api/v1'],
    ['localhost:5678', undefined],
    ['', undefined],
  ])('%s is %s', (text, url) => {
    expect(apiBaseUrl(text)).toBe(url);
  });
});
