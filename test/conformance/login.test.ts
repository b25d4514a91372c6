import type { RequestRecord } from '../../emulator/types';
import { Stage } from './stage';
import type { LoginResult } from './tencent/rpc';

const stage = Stage.set();

interface RunningLogin {
  qr_url: string;
  done: Promise<LoginResult>;
  /** The next code that the client shows. */
  nextCode(): Promise<string>;
  /** Waits for what the client says next in its terminal. */
  says(pattern: RegExp): Promise<RegExpMatchArray>;
}

/** Has the client fetch a QR code and poll for it. Resolves when its first poll is held. */
async function startLogin(): Promise<RunningLogin> {
  const { client, emulator } = stage;
  let mark = client.output.length;
  const says = async (pattern: RegExp) => {
    const match = await client.wroteToTerminal(pattern, mark);
    mark += (match.index ?? 0) + match[0].length;
    return match;
  };
  const before = statusPolls().length;
  const { qrcodeUrl = '', sessionKey } = await client.call('loginStart', {});
  const done = client.call('loginWait', { sessionKey });
  await stage.until(() => statusPolls().length > before);
  const code = new RegExp(`${emulator.personUrl}/q/\\S+`);
  return { qr_url: qrcodeUrl, done, says, nextCode: async () => (await says(code))[0] };
}

const statusPolls = (): RequestRecord[] => stage.emulator.requests('get_qrcode_status');
const pollsOf = (qr_url: string) => {
  const qrcode = /\/q\/([^?]+)/.exec(qr_url)?.[1] ?? '';
  return statusPolls().filter(({ path }) => path.includes(qrcode));
};
/** What the polls of this code were told, without repeats of one state. */
const course = (qr_url: string) =>
  pollsOf(qr_url)
    .map(({ outcome }) => outcome)
    .filter((outcome, index, all) => outcome !== all[index - 1]);

/** Waits until a poll of this code was told so. A phone that went on at once could leave the state unseen. */
const told = (qr_url: string, status: string) => stage.until(() => course(qr_url).includes(status));

test('a scanned and confirmed code gives credentials that the server takes', async () => {
  const { qr_url, done } = await startLogin();
  stage.emulator.scan(qr_url, 'owner@im.wechat');
  await told(qr_url, 'scaned');
  stage.emulator.confirm(qr_url);
  const result = await done;

  expect(course(qr_url)).toEqual(['scaned', 'confirmed']);
  expect(result).toMatchObject({
    connected: true,
    userId: 'owner@im.wechat',
    baseUrl: stage.emulator.apiUrl,
  });
  const {
    botToken = '',
    accountId: ilink_bot_id = '',
    userId: ilink_user_id = '',
    baseUrl: baseurl = '',
  } = result;
  const login = { bot_token: botToken, ilink_bot_id, ilink_user_id, baseurl };
  const { accountId } = await stage.client.call('adopt', login);
  const chat = { login, accountId, bot_id: ilink_bot_id, user_id: ilink_user_id };
  await stage.monitor(chat);
  expect((await stage.say(chat, 'it works')).ctx.Body).toBe('it works');
});

test('the code is asked for and polled for as the server wants it', async () => {
  const { qr_url, done } = await startLogin();
  stage.emulator.scan(qr_url);
  await told(qr_url, 'scaned');
  stage.emulator.confirm(qr_url);
  await done;

  const asked = stage.emulator.requests('get_bot_qrcode').at(-1);
  expect(asked).toMatchObject({
    method: 'POST',
    path: '/ilink/bot/get_bot_qrcode?bot_type=3',
    headers: { 'ilink-app-id': 'bot', 'ilink-app-clientversion': '132105' },
    body: { local_token_list: expect.any(Array) },
  });
  expect(asked?.headers.authorization).toBeUndefined();
  expect(pollsOf(qr_url)[0]).toMatchObject({ method: 'GET', headers: { 'ilink-app-id': 'bot' } });
});

test('a poll whose hold ends says wait, and the client polls on', async () => {
  const { qr_url, done } = await startLogin();
  stage.emulator.clock.advance(stage.emulator.settings.holdMs);
  await told(qr_url, 'wait');
  await stage.until(() => pollsOf(qr_url).length === 2);
  stage.emulator.scan(qr_url);
  await told(qr_url, 'scaned');
  stage.emulator.confirm(qr_url);

  expect((await done).connected).toBe(true);
  expect(course(qr_url)).toEqual(['wait', 'scaned', 'confirmed']);
});

test('a gateway timeout counts as wait', async () => {
  stage.emulator.faults.add({ endpoint: 'get_qrcode_status', status: 524 });
  const { qr_url, done } = await startLogin();
  await stage.until(() => pollsOf(qr_url).length === 2);
  stage.emulator.scan(qr_url);
  await told(qr_url, 'scaned');
  stage.emulator.confirm(qr_url);

  expect((await done).connected).toBe(true);
});

test('a wrong number is asked for again, and the right one goes on', async () => {
  stage.emulator.settings.loginVerifyCode = '4711';
  const { qr_url, done, says } = await startLogin();
  stage.emulator.scan(qr_url);
  await says(/输入手机微信显示的数字/);
  stage.client.type('1234');
  await says(/数字不匹配/);
  stage.client.type('4711');
  await told(qr_url, 'scaned');
  stage.emulator.confirm(qr_url);

  expect((await done).connected).toBe(true);
  expect(course(qr_url)).toEqual(['need_verifycode', 'scaned', 'confirmed']);
  const codes = pollsOf(qr_url).map(({ path }) => /verify_code=(\d+)/.exec(path)?.[1]);
  expect(codes.filter(Boolean)).toEqual(['1234', '4711']);
});

test('too many wrong numbers block the code, and the client starts over with a new one', async () => {
  stage.emulator.settings.loginVerifyCode = '4711';
  const { qr_url, done, says, nextCode } = await startLogin();
  stage.emulator.scan(qr_url);
  await says(/输入手机微信显示的数字/);
  for (let attempt = 1; attempt < stage.emulator.settings.verifyAttempts; attempt++) {
    stage.client.type('0000');
    await says(/数字不匹配/);
  }
  stage.client.type('0000');
  await says(/多次输入错误/);
  const fresh = await nextCode();
  expect(course(qr_url)).toEqual(['need_verifycode', 'verify_code_blocked']);

  stage.emulator.scan(fresh);
  await says(/输入手机微信显示的数字/);
  stage.client.type('4711');
  await told(fresh, 'scaned');
  stage.emulator.confirm(fresh);
  expect((await done).connected).toBe(true);
});

test('a redirected login goes on at the host that the server names', async () => {
  stage.emulator.settings.loginRedirect = true;
  const { qr_url, done } = await startLogin();
  stage.emulator.scan(qr_url);
  await told(qr_url, 'scaned');
  stage.emulator.confirm(qr_url);

  expect(await done).toMatchObject({ connected: true, baseUrl: stage.emulator.apiUrl });
  expect(course(qr_url)).toEqual(['scaned_but_redirect', 'scaned', 'confirmed']);
  const hosts = pollsOf(qr_url).map(({ headers, outcome }) => [outcome, headers.host]);
  const { host: api } = new URL(stage.emulator.apiUrl);
  const { host: redirect } = new URL(stage.emulator.redirectUrl);
  expect(hosts).toContainEqual(['scaned_but_redirect', api]);
  expect(hosts).toContainEqual(['confirmed', redirect]);
  expect(hosts).not.toContainEqual(['confirmed', api]);
});

test('a redirected login whose code expires goes on with the new code', async () => {
  stage.emulator.settings.loginRedirect = true;
  const { qr_url, done, nextCode } = await startLogin();
  stage.emulator.scan(qr_url);
  await told(qr_url, 'scaned');
  stage.emulator.clock.advance(stage.emulator.settings.qrTtlMs);
  const fresh = await nextCode();
  stage.emulator.scan(fresh);
  await told(fresh, 'scaned');
  stage.emulator.confirm(fresh);

  expect((await done).connected).toBe(true);
});

test('an account that is bound here already gives no credentials, and its bot goes on working', async () => {
  const chat = await stage.bind();
  const { qr_url, done } = await startLogin();
  expect(stage.emulator.requests('get_bot_qrcode').at(-1)?.body).toMatchObject({
    local_token_list: expect.arrayContaining([chat.login.bot_token]),
  });
  stage.emulator.scan(qr_url, chat.user_id);
  const result = await done;

  expect(course(qr_url)).toEqual(['binded_redirect']);
  expect(result).toMatchObject({ connected: false, alreadyConnected: true });
  expect(result.botToken).toBeUndefined();
  await stage.monitor(chat);
  expect((await stage.say(chat, 'still here')).ctx.Body).toBe('still here');
});

test('an expired code is replaced by a new one', async () => {
  const { qr_url, done, nextCode } = await startLogin();
  stage.emulator.clock.advance(stage.emulator.settings.qrTtlMs);
  const fresh = await nextCode();
  expect(fresh).not.toBe(qr_url);
  expect(course(qr_url)).toContain('expired');

  stage.emulator.scan(fresh);
  await told(fresh, 'scaned');
  stage.emulator.confirm(fresh);
  expect((await done).connected).toBe(true);
});

test('the client gives up when the third code expires', async () => {
  const { qr_url, done, nextCode } = await startLogin();
  const codes = [qr_url];
  while (codes.length < 3) {
    stage.emulator.clock.advance(stage.emulator.settings.qrTtlMs);
    codes.push(await nextCode());
  }
  stage.emulator.clock.advance(stage.emulator.settings.qrTtlMs);

  expect(await done).toMatchObject({ connected: false });
  expect(new Set(codes).size).toBe(3);
  expect((await done).alreadyConnected).toBeUndefined();
});

test('the login command shows the code, keeps the credentials, and the account can be started', async () => {
  const mark = stage.client.output.length;
  const saved = stage.client.call('login', {});
  const [qr_url] = await stage.client.wroteToTerminal(/http:\S+\/q\/\S+/, mark);
  await stage.until(() => pollsOf(qr_url).length > 0);
  stage.emulator.scan(qr_url, 'resident@im.wechat');
  await told(qr_url, 'scaned');
  stage.emulator.confirm(qr_url);

  const account = (await saved).find(({ userId }) => userId === 'resident@im.wechat');
  expect(account).toMatchObject({ baseUrl: stage.emulator.apiUrl, token: expect.stringMatching(/./) });
  await stage.client.call('startMonitor', { accountId: account?.accountId ?? '' });
  await stage.until(
    () => stage.emulator.requests('getupdates').at(-1)?.headers.authorization === `Bearer ${account?.token}`,
  );
  await stage.client.call('stopMonitor', { accountId: account?.accountId ?? '' });
});
