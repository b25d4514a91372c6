import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { bots } from '../../nodes/WeChat/shared/bots';
import { eventually } from './harness/eventually';
import { WECHAT } from './harness/nodeTypes';
import { PublicApi } from './harness/publicApi';
import { schemaOf, storedSchema } from './harness/schemas';
import { Stage } from './harness/stage';
import { noteAccount, THIS_N8N } from '../../nodes/WeChat/login/accounts';
import { storeOfBots } from '../../nodes/WeChat/shared/logins';

let stage: Stage;
let api: PublicApi;
beforeAll(async () => {
  stage = await Stage.open();
  api = await PublicApi.start();
});
beforeEach(() => {
  stage.n8n.credentials.stored.set('n8n', api.credential);
  api.refuse = undefined;
  Object.assign(stage.server.settings, { loginVerifyCode: '', loginRedirect: false });
});
afterAll(async () => {
  await api.stop();
  await stage.close();
});

const server = () => ({ apiBaseUrl: stage.server.apiUrl, cdnBaseUrl: stage.server.cdnUrl });

async function run(
  operation: string,
  parameters: IDataObject = {},
  json: IDataObject = {},
): Promise<INodeExecutionData> {
  const { options, ...rest } = parameters;
  const all = { resource: 'login', operation, ...rest, options: { ...server(), ...(options as object) } };
  const draft = { name: 'WeChat', type: WECHAT, apiCredential: 'n8n', parameters: all };
  const [item] = await stage.n8n.execute(draft as never, [{ json }], undefined, {
    workflowId: 'login',
  });
  return item!;
}

const getCode = async (): Promise<IDataObject> =>
  (await run('getQrCode', { binaryPropertyName: 'data' })).json;

const waitFor = async (state: unknown, more: IDataObject = {}): Promise<IDataObject> => {
  const parameters = {
    loginState: state,
    waitForEnd: true,
    saveTo: 'credential',
    credentialName: 'WeChat Bot',
    ...more,
  };
  return (await run('waitForScan', parameters as IDataObject)).json;
};

/** The person scans and confirms. */
function scan({ url }: IDataObject, userId?: string): void {
  stage.server.scan(String(url), userId);
  stage.server.confirm(String(url));
}

describe('Login → Get QR Code', () => {
  it('gives the code as a PNG, as an address and as text, and needs no credential', async () => {
    const { json, binary } = await run('getQrCode', { binaryPropertyName: 'code' });
    expect(binary?.code).toMatchObject({
      mimeType: 'image/png',
      fileName: 'wechat-login.png',
      fileType: 'image',
    });
    expect(json.url).toBe([...stage.server.world.logins['byUrl'].keys()].at(-1));
    expect(json.text).toMatch(/█/);
    expect(json).toMatchObject({ status: 'wait', done: false, needsVerifyCode: false });
    expect(Date.parse(String(json.expiresAt))).toBeGreaterThan(Date.now());
    expect(schemaOf(json)).toEqual(storedSchema('login', 'getQrCode'));
  });
});

describe('Login → Wait for Scan', () => {
  it('saves the token as a credential; none of it is in the output', async () => {
    const code = await getCode();
    scan(code);
    const output = await waitFor(code.state);
    expect(schemaOf(output)).toEqual(storedSchema('login', 'waitForScan'));
    const id = String(output.credentialId);
    const saved = api.credentials.get(id)!;
    expect(saved).toMatchObject({ name: 'WeChat Bot', type: 'weChatBotApi' });
    expect(saved.data).toEqual({
      botToken: expect.any(String),
      botId: output.botId,
      ownerUserId: output.ownerUserId,
      apiBaseUrl: stage.server.apiUrl,
      cdnBaseUrl: stage.server.cdnUrl,
      clientVersion: '2.4.9',
    });
    expect(output).toMatchObject({
      status: 'confirmed',
      done: true,
      credentialCreated: true,
      credentialName: 'WeChat Bot',
    });
    expect(JSON.stringify(output)).not.toContain(saved.data.botToken);
    const person = stage.server.world.bots.all().find(({ login }) => login.bot_token === saved.data.botToken);
    expect(person?.live).toBe(true);
  });

  it("updates the same person's credential at the next login, and makes a new one when that was deleted", async () => {
    const first = await getCode();
    scan(first);
    const { credentialId, ownerUserId, botId } = await waitFor(first.state);
    const second = await getCode();
    scan(second, String(ownerUserId));
    const again = await waitFor(second.state);
    expect(again).toMatchObject({ credentialId, ownerUserId, credentialCreated: false });
    expect(again.botId).not.toBe(botId);
    expect(api.credentials.get(String(credentialId))?.data).toMatchObject({
      botId: again.botId,
      clientVersion: '2.4.9',
    });
    api.credentials.delete(String(credentialId));
    const third = await getCode();
    scan(third, String(ownerUserId));
    expect(await waitFor(third.state)).toMatchObject({ credentialCreated: true });
  });

  it('updates a credential that was named from a scan of its account only, and says so before anybody scans', async () => {
    const named = { options: { credentialId: 'named' } };
    api.credentials.set('named', { name: 'Named', type: 'weChatBotApi', data: { botToken: 'old' } });
    const code = await getCode();
    await expect(waitFor(code.state, named)).rejects.toThrow('Nobody knows whose WeChat account');
    await noteAccount(await storeOfBots(), { n8n: THIS_N8N, credentialId: 'named' }, 'o9owner@im.wechat');
    scan(code, 'o9other@im.wechat');
    await expect(waitFor(code.state, named)).rejects.toThrow('Another WeChat account scanned');
    expect(api.credentials.get('named')?.data.botToken).toBe('old');
    const again = await getCode();
    scan(again, 'o9owner@im.wechat');
    const saved = await waitFor(again.state, named);
    expect(saved).toMatchObject({ credentialId: 'named', credentialCreated: false });
  });

  it('puts the token into the output only when the user asks for it', async () => {
    const code = await getCode();
    scan(code);
    const before = api.requests.length;
    const output = await waitFor(code.state, { saveTo: 'output' });
    const bot = stage.server.world.bots.all().find(({ login }) => login.ilink_bot_id === output.botId);
    expect(output.botToken).toBe(bot?.login.bot_token);
    expect(api.requests).toHaveLength(before);
  });

  it('gives every state as data when it asks once, and goes on from there', async () => {
    stage.server.settings.loginVerifyCode = '4711';
    const code = await getCode();
    stage.server.scan(String(code.url));
    const once = { waitForEnd: false };
    const asked = await waitFor(code.state, once);
    expect(asked).toMatchObject({
      status: 'need_verifycode',
      needsVerifyCode: true,
      done: false,
      wrongVerifyCodes: 0,
    });
    const wrong = await waitFor(asked.state, { ...once, verifyCode: '1' });
    expect(wrong).toMatchObject({ status: 'need_verifycode', wrongVerifyCodes: 1 });
    const right = await waitFor(wrong.state, { ...once, verifyCode: '4711' });
    expect(right).toMatchObject({ status: 'scaned', needsVerifyCode: false });
    stage.server.confirm(String(code.url));
    expect(await waitFor(right.state)).toMatchObject({ status: 'confirmed' });
  });

  it('waits through a redirect to another host', async () => {
    stage.server.settings.loginRedirect = true;
    const code = await getCode();
    scan(code);
    expect(await waitFor(code.state)).toMatchObject({ status: 'confirmed' });
  });

  it.each([
    ['expired', 'expireLogin'],
    ['verify_code_blocked', 'blockLogin'],
  ] as const)('ends with %s as data', async (status, action) => {
    const code = await getCode();
    stage.server[action](String(code.url));
    expect(await waitFor(code.state)).toMatchObject({ status, done: true });
  });

  it('says what helped others after two codes that expired, in a loop that shows one after the other', async () => {
    const first = await getCode();
    stage.server.expireLogin(String(first.url));
    const ended = await waitFor(first.state);
    expect(ended).not.toHaveProperty('next');
    const { json: second } = await run('getQrCode', { binaryPropertyName: 'data' }, ended);
    expect(second.state).toMatchObject({ codeNumber: 2 });
    stage.server.expireLogin(String(second.url));
    const stuck = await waitFor(second.state);
    expect(stuck).toMatchObject({ status: 'expired', next: expect.stringContaining('Remove the old bot') });
    const { json: fresh } = await run('getQrCode', { binaryPropertyName: 'data' }, { state: 'nonsense' });
    expect(fresh.state).toMatchObject({ codeNumber: 1 });
  });

  it('says what is wrong with a state or a number that it cannot use', async () => {
    await expect(waitFor('nonsense')).rejects.toThrow('The login state is not one');
    await expect(waitFor({ qrcode: 'q' })).rejects.toThrow('The login state is not one');
    const code = await getCode();
    await expect(waitFor(code.state, { verifyCode: 'abc' })).rejects.toThrow('The verify code is no number');
  });

  it.each([
    [401, 'n8n does not accept the API key'],
    [403, 'The API key may not create or update this credential'],
    [500, 'n8n did not save the credential (HTTP 500: refused)'],
  ])('says what to do when the API answers %i, without the token', async (status, message) => {
    const code = await getCode();
    scan(code);
    api.refuse = status;
    const failure = await waitFor(code.state).catch((error: Error & { description: string }) => error);
    expect(failure).toMatchObject({ message, description: expect.stringMatching(/n8n API/) });
    const token = stage.server.world.bots.all().at(-1)!.login.bot_token;
    expect(JSON.stringify(failure, Object.getOwnPropertyNames(failure))).not.toContain(token);
    expect(stage.n8n.logs.lines.map(({ whole }) => whole).join()).not.toContain(token);
  });
});

describe('Whose login it was', () => {
  it('may be impossible to note, and the log says so without what the error says', async () => {
    const store = await storeOfBots();
    jest.spyOn(store.logins, 'prove').mockRejectedValue(new Error('a token, or what somebody wrote'));
    const code = await getCode();
    scan(code);
    expect(await waitFor(code.state)).toMatchObject({ status: 'confirmed' });
    const lines = stage.n8n.logs.at('warn').filter((line) => line.includes('could not be noted'));
    expect(lines).toEqual(['WeChat: whose login it was could not be noted (Error)']);
    jest.restoreAllMocks();
  });
});

describe('Login → Log Out', () => {
  it('forgets what is kept of the bot, and says that the token lives on', async () => {
    const owner = stage.newOwner();
    const active = await stage.n8n.activate([owner.trigger()]);
    await owner.writes('a secret');
    await eventually(() => active.log.emits.length === 1);
    await active.deactivate();
    const draft = owner.node({ resource: 'login', operation: 'logOut' });
    const [item] = await stage.n8n.execute(draft, [{ json: {} }]);
    expect(item?.json).toMatchObject({
      botId: owner.botId,
      ownerUserId: owner.id,
      forgotten: { messages: 1, waiting: 0, conversations: 1, queued: 0 },
      tokenEnded: false,
      next: expect.stringContaining('Remove the bot in WeChat'),
    });
    expect(schemaOf(item?.json)).toEqual(storedSchema('login', 'logOut'));
    const { store } = await bots.memory();
    expect(await store.conversations.get(owner.id, owner.id)).toBeUndefined();
    const [again] = await stage.n8n.execute(draft, [{ json: {} }]);
    expect(again?.json.forgotten).toEqual({
      messages: 0,
      waiting: 0,
      conversations: 0,
      queued: 0,
      files: 0,
    });
  });
});
