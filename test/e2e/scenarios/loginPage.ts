import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { answeringWorkflow, eventually, type Scenario, type World } from '../world';
import { assertNowhere, everythingSaid, openLoginStage, type LoginStage } from '../login/stage';
import { Visitor } from '../login/visitor';

/** Somebody connects WeChat: the example workflow, the page in a browser, and the phone page that scans. */
export const loginPage: Scenario = {
  name: 'who opens the link and scans has a credential, through reload, two expired codes with what helped others, verify codes and redirect, and no token gets out',
  async run(world) {
    const login = await openLoginStage(world);
    const visitor = await Visitor.arrive();
    const stranger = await Visitor.arrive({ width: 390, height: 844, locale: 'zh-CN', colorScheme: 'dark' });
    const phone = await phonePage(world);
    try {
      const link = await login.link();
      await openWithoutUsing(world, link, visitor, stranger);
      const url = await survivesReloadAndExpiry(world, visitor, stranger, link);
      await scanWithNumber(world, phone, url, visitor);
      const first = await connected(world, login, visitor);
      await receives(world, first);
      await redirectedRenewal(world, login, stranger, first);
    } finally {
      Object.assign(world.stage.emulator.settings, { loginVerifyCode: '', loginRedirect: false });
      await phone.close();
      await visitor.leave();
      await stranger.leave();
    }
    const tokens = world.stage.emulator.world.bots.all().map(({ login: bot }) => bot.bot_token);
    const texts = [...visitor.answers, ...stranger.answers, ...(await everythingSaid(world))];
    assertNowhere(tokens, texts);
    await login.close();
  },
};

interface Connected {
  credential: { id: string; name: string };
  who: { bot_id: string; user_id: string };
}

async function phonePage(world: World): Promise<Page> {
  const page = await world.page();
  await page.goto(world.stage.emulator.personUrl);
  return page;
}

/** A link preview fetches the page; nobody has pressed anything yet. */
async function openWithoutUsing(
  world: World,
  link: string,
  visitor: Visitor,
  stranger: Visitor,
): Promise<void> {
  const preview = await fetch(link);
  assert.equal(preview.status, 200);
  assert.match(
    preview.headers.get('content-security-policy') ?? '',
    /default-src 'none'.*frame-ancestors 'none'/,
  );
  assert.equal(preview.headers.get('set-cookie'), null);
  await stranger.open(link, 'unused');
  await stranger.picture('unused-phone-dark-zh');
  await visitor.open(link.replace(/#.*/, ''), 'unknown');
  await visitor.open(link, 'unused');
  await visitor.picture('unused-desktop-light');
  assert.equal(world.stage.emulator.requests('get_bot_qrcode').length, 0, 'a look has used the link');
}

async function survivesReloadAndExpiry(
  { stage: { emulator } }: World,
  visitor: Visitor,
  stranger: Visitor,
  link: string,
): Promise<string> {
  const url = await visitor.show();
  await visitor.picture('code-desktop-light');
  await visitor.page.reload();
  assert.equal(await visitor.codeUrl(), url, 'a reload shows the same code');
  assert.equal(emulator.requests('get_bot_qrcode').length, 1, 'and asks for no other');
  await stranger.page.locator('button[data-do=start]:visible').click();
  await stranger.sees('elsewhere');
  await stranger.open(link, 'elsewhere');
  await stranger.picture('elsewhere-phone-dark-zh');
  emulator.expireLogin(url);
  const second = await visitor.codeUrl(url);
  await visitor.state('wait');
  await visitor.page.locator('#help:not([open])').waitFor();
  emulator.expireLogin(second);
  const third = await visitor.codeUrl(second);
  await visitor.state('wait');
  await visitor.page.locator('#help[open]', { hasText: 'Remove the old bot' }).waitFor();
  await visitor.picture('help-desktop-light');
  return third;
}

/** The phone page takes a picture of the login page and scans it, with a number that is typed wrong at first. */
async function scanWithNumber(
  { stage: { emulator } }: World,
  phone: Page,
  url: string,
  visitor: Visitor,
): Promise<void> {
  emulator.settings.loginVerifyCode = '4711';
  await phone.locator('#scan-open').click();
  const photo = { name: 'photo.png', mimeType: 'image/png', buffer: await visitor.page.screenshot() };
  await phone.locator('#scan-file').setInputFiles(photo);
  await phone.locator('#verify-code', { hasText: '4711' }).waitFor();
  assert.equal(await phone.locator('#scan-url').inputValue(), url);
  await visitor.state('need_verifycode');
  await visitor.type('12a');
  await visitor.page.locator('#number-problem', { hasText: 'Only digits' }).waitFor();
  await visitor.type('1234');
  await visitor.page.locator('#number-problem', { hasText: 'does not match' }).waitFor();
  await visitor.picture('number-desktop-light');
  await visitor.type('４７１１');
  await visitor.state('scaned');
  await visitor.picture('scanned-desktop-light');
  await phone.locator('#login-confirm').click();
  emulator.settings.loginVerifyCode = '';
}

async function connected(world: World, login: LoginStage, visitor: Visitor): Promise<Connected> {
  const { rest } = world.stage;
  await visitor.sees('done');
  await visitor.picture('done-desktop-light');
  const execution = await login.nextLogin();
  const item = execution.data.resultData.runData['WeChat Login Trigger']?.[0]?.data?.main[0]?.[0];
  const { botId, ownerUserId, credentialId, credentialName, ...rest_ } = item?.json ?? {};
  assert.deepEqual(rest_, { type: 'login', credentialCreated: true });
  assert.equal(credentialName, 'WeChat Bot');
  assert.match(await visitor.text(), /“WeChat Bot” was created/);
  const credentials = await rest.request<Array<{ id: string; type: string }>>('GET', '/rest/credentials');
  assert.ok(
    credentials.some(({ id, type }) => id === credentialId && type === 'weChatBotApi'),
    'the credential exists',
  );
  return {
    credential: { id: String(credentialId), name: String(credentialName) },
    who: { bot_id: String(botId), user_id: String(ownerUserId) },
  };
}

/** A trigger with the new credential receives a message and answers. */
async function receives(world: World, { credential, who }: Connected): Promise<void> {
  const { emulator, rest } = world.stage;
  const bot = { ...who, bot_token: '', ilink_bot_id: who.bot_id, ilink_user_id: who.user_id, baseurl: '' };
  const { id } = await rest.createWorkflow(answeringWorkflow('After login', { bot, who, credential }, 'hi'));
  await rest.activate(id);
  await eventually(() => emulator.polls(who.bot_id) === 1, 'the trigger does not poll');
  await emulator.write({ ...who, text: 'hello' });
  const execution = await rest.waitForExecution(id);
  assert.equal(execution.status, 'success', execution.data.resultData.error?.message);
  await rest.deactivate(id);
}

/** The same person once more, in another browser, over another host: the same credential has the new login. */
async function redirectedRenewal(
  { stage: { emulator } }: World,
  login: LoginStage,
  visitor: Visitor,
  { credential, who }: Connected,
): Promise<void> {
  emulator.settings.loginRedirect = true;
  await visitor.open(await login.link(), 'unused');
  const url = await visitor.show();
  await visitor.picture('code-phone-dark-zh');
  emulator.scan(url, who.user_id);
  await visitor.state('scaned');
  await visitor.picture('scanned-phone-dark-zh');
  emulator.confirm(url);
  await visitor.sees('done');
  await visitor.picture('done-phone-dark-zh');
  assert.match(await visitor.text(), /凭据“WeChat Bot”已更新/);
  const execution = await login.nextLogin();
  const json = execution.data.resultData.runData['WeChat Login Trigger']?.[0]?.data?.main[0]?.[0]?.json;
  assert.equal(json?.credentialId, credential.id);
  assert.equal(json?.credentialCreated, false);
  assert.notEqual(json?.botId, who.bot_id, 'a new login makes a new bot');
  assert.equal(json?.ownerUserId, who.user_id);
}
