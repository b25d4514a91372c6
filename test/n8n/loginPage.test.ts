import type { Workflow } from 'n8n-workflow';

import { systemClock } from '../../ilink/clock';
import { noteAccount, THIS_N8N } from '../../nodes/WeChat/login/accounts';
import type { LoginView } from '../../nodes/WeChat/login/view';
import { storeOfBots } from '../../nodes/WeChat/shared/logins';
import { eventually, nextTurn } from './harness/eventually';
import { outputOf } from './harness/executions';
import { WECHAT, WECHAT_LOGIN_TRIGGER } from './harness/nodeTypes';
import { PublicApi } from './harness/publicApi';
import { schemaOf, storedSchema } from './harness/schemas';
import { Stage } from './harness/stage';
import type { NodeDraft } from './harness/workflow';

let stage: Stage;
let api: PublicApi;
beforeAll(async () => {
  stage = await Stage.open();
  api = await PublicApi.start();
  stage.n8n.credentials.stored.set('n8n', api.credential);
});
afterAll(async () => {
  await api.stop();
  await stage.close();
});

const loginTrigger = (): NodeDraft => ({
  name: 'WeChat Login Trigger',
  type: WECHAT_LOGIN_TRIGGER,
  apiCredential: 'n8n',
  parameters: {
    credentialName: 'Mine',
    options: { apiBaseUrl: stage.server.apiUrl, cdnBaseUrl: stage.server.cdnUrl },
  },
});

type Answer = LoginView & { access: string; ticket?: string; usable?: boolean };

/** A browser with its cookies. */
class Browser {
  cookie = '';
  readonly bodies: string[] = [];

  constructor(
    private readonly workflow: Workflow,
    private readonly mode: 'webhook' | 'manual' = 'webhook',
    private readonly language = 'en',
  ) {}

  async ask(action: string, ticket: string, more: object = {}) {
    const { body, headers, toN8n, status } = await stage.n8n.visit(this.workflow, {
      webhook: 'default',
      body: { do: action, ticket, ...more },
      headers: {
        'accept-language': this.language,
        ...(this.cookie && { cookie: `other=1; ${this.cookie}` }),
      },
      mode: this.mode,
    });
    expect(status).toBe(200);
    this.bodies.push(body);
    this.cookie = headers['Set-Cookie']?.split(';', 1)[0] ?? this.cookie;
    return { view: JSON.parse(body) as Answer, headers, toN8n };
  }

  /** Looks until the login is where the test wants it. */
  async until(ticket: string, reached: (view: Answer) => boolean) {
    for (;;) {
      const answer = await this.ask('look', ticket);
      if (reached(answer.view)) return answer;
      await nextTurn();
    }
  }
}

async function publish(options: object = {}) {
  const draft = loginTrigger();
  const given = draft.parameters!.options as object;
  const parameters = { ...draft.parameters, options: { ...given, ...options } };
  const active = await stage.n8n.activate([{ ...draft, parameters: parameters as never }]);
  await stage.n8n.hook(active.workflow, 'create');
  return {
    ...active,
    close: async () => {
      await stage.n8n.hook(active.workflow, 'delete');
      await active.deactivate();
    },
  };
}

interface From {
  workflowId?: string;
  parentExecutionId?: string;
}

async function getLinkItem(json: object = {}, parameters: object = {}, from: From = {}) {
  const draft = {
    name: 'WeChat',
    type: WECHAT,
    parameters: { resource: 'login', operation: 'getLoginLink', ...parameters } as never,
  };
  const [item] = await stage.n8n.execute(draft, [{ json: json as never }], undefined, from);
  return item!.json;
}

const getLink = async (json: object = {}, parameters: object = {}, from: From = {}): Promise<string> =>
  String((await getLinkItem(json, parameters, from)).url);

/** What a WeChat Trigger with the credential tells when it starts. */
async function accountIs(credentialId: string, ownerUserId: string): Promise<void> {
  await noteAccount(await storeOfBots(), { n8n: THIS_N8N, credentialId }, ownerUserId);
}

describe('Login → Get Login Link', () => {
  it('says what to do when no login page is open', async () => {
    await expect(getLink()).rejects.toMatchObject({
      message: 'No login page is open',
      description: expect.stringContaining('publish'),
    });
  });

  it('finds the page that is published, and keeps the ticket out of what servers see', async () => {
    const page = await publish();
    const link = new URL(await getLink());
    expect(link.pathname).toMatch(/\/webhook\/.*wechat-login$/);
    expect(link.search).toBe('');
    expect(link.hash).toMatch(/^#[\w-]{43}$/);
    await accountIs('c', 'o');
    await accountIs('d', 'of d');
    const login = { credentialId: 'c', credentialName: 'n', ownerUserId: 'of nobody', url: 'an old link' };
    const renewal = await getLinkItem({ login });
    expect(renewal).toMatchObject({ credentialId: 'c', credentialName: 'n', ownerUserId: 'o' });
    expect(schemaOf(renewal)).toEqual(storedSchema('login', 'getLoginLink'));
    const other = await getLinkItem({ login }, { credentialId: 'd' });
    expect(other).toMatchObject({ credentialId: 'd', ownerUserId: 'of d' });
    expect(other).not.toHaveProperty('credentialName');
    await page.close();
    await expect(getLink()).rejects.toThrow('No login page is open');
  });

  it('is not for the address of a test in the editor, whose end does not close the page either', async () => {
    const page = await publish();
    await stage.n8n.hook(page.workflow, 'create', true);
    expect(await getLink()).not.toContain('webhook-test');
    await stage.n8n.hook(page.workflow, 'delete', true);
    expect(await getLink()).toContain('wechat-login');
    const [url] = (await getLink()).split('#');
    expect(await getLink({}, { options: { pageUrl: url } })).toContain(url);
    await expect(getLink({}, { options: { pageUrl: 'https://elsewhere' } })).rejects.toThrow('at this URL');
    await page.close();
  });

  it('makes none for a credential of whose account nothing is known, and says how that comes to be known', async () => {
    const page = await publish();
    const login = { credentialId: 'unheard of', ownerUserId: 'o9somebody@im.wechat' };
    for (const refused of [getLink({ login }), getLink({}, { credentialId: 'unheard of' })])
      await expect(refused).rejects.toMatchObject({
        message: expect.stringContaining('Nobody knows whose WeChat account'),
        description: expect.stringContaining("Owner's User ID"),
      });
    await page.close();
  });

  it('is for workflows of the project; for those of others, if the publisher allows it, and then for new accounts only', async () => {
    const stranger = { workflowId: 'w@stranger' };
    const page = await publish();
    const [url] = (await getLink()).split('#');
    await expect(getLink({}, {}, stranger)).rejects.toMatchObject({
      message: 'No login page is open',
      description: expect.stringContaining('Who May Make Links'),
    });
    await expect(getLink({}, { options: { pageUrl: url } }, stranger)).rejects.toThrow('may not make links');
    await page.close();
    const open = await publish({ linkMakers: 'everybody' });
    expect(await getLink({}, {}, stranger)).toContain('wechat-login#');
    await accountIs('c', 'o');
    await expect(getLink({}, { credentialId: 'c' }, stranger)).rejects.toThrow('renews no credential');
    await open.close();
    const closed = await publish({ linkMakers: 'workflow' });
    await expect(getLink()).rejects.toThrow('No login page is open');
    expect(await getLink({}, {}, { workflowId: closed.workflow.id })).toContain('wechat-login#');
    await closed.close();
  });

  it('believes no sub-workflow whose it is: n8n takes its id from whoever has written it', async () => {
    const page = await publish();
    const pretending = { workflowId: page.workflow.id, parentExecutionId: '7' };
    await expect(getLink({}, {}, pretending)).rejects.toThrow('A sub-workflow may not make links');
    await page.close();
  });
});

describe('The login page', () => {
  it('brings somebody from the link to the credential, and starts the workflow without a token', async () => {
    const page = await publish();
    const ticket = new URL(await getLink()).hash.slice(1);
    const browser = new Browser(page.workflow);
    expect((await browser.ask('look', ticket)).view).toEqual({ access: 'unused' });
    const started = await browser.ask('start', ticket);
    expect(started.headers['Set-Cookie']).toMatch(/HttpOnly; SameSite=Lax$/);
    // A proxy may have moved the page: the browser knows its path better.
    expect(started.headers['Set-Cookie']).not.toContain('Path');
    const { view } = await browser.until(ticket, ({ code }) => code !== undefined);
    stage.server.scan(view.code!.url);
    stage.server.confirm(view.code!.url);
    const done = await browser.until(ticket, ({ phase }) => phase === 'done');
    expect(done.view.outcome).toMatchObject({ credentialName: 'Mine', created: true });
    expect(done.toN8n).toEqual({ noWebhookResponse: true });
    await eventually(() => page.log.emits.length === 1);
    const [item] = page.log.items;
    const saved = api.credentials.get(String(item!.credentialId))!;
    expect(item).toMatchObject({ type: 'login', credentialName: 'Mine', credentialCreated: true });
    const { botToken } = saved.data;
    expect(botToken).toBeTruthy();
    const said = [
      ...browser.bodies,
      JSON.stringify(page.log.items),
      ...stage.n8n.logs.lines.map(({ whole }) => whole),
    ];
    for (const text of said) expect(text).not.toContain(botToken);
    await page.close();
  });

  it('gives a cookie that goes over HTTPS only where the page came over HTTPS, also behind a proxy', async () => {
    const page = await publish();
    const start = async (headers: Record<string, string>): Promise<string> => {
      const body = { do: 'start', ticket: new URL(await getLink()).hash.slice(1) };
      return (await stage.n8n.visit(page.workflow, { webhook: 'default', body, headers })).headers[
        'Set-Cookie'
      ]!;
    };
    expect(await start({ 'x-forwarded-proto': 'https,http' })).toContain('; Secure');
    expect(await start({})).not.toContain('Secure');
    await page.close();
  });

  it('shows nothing to a second browser, and nothing without a link', async () => {
    const page = await publish();
    const ticket = new URL(await getLink()).hash.slice(1);
    const first = new Browser(page.workflow);
    await first.ask('start', ticket);
    const second = new Browser(page.workflow);
    expect((await second.ask('look', ticket)).view).toEqual({ access: 'elsewhere' });
    const refused = await second.ask('start', ticket);
    expect(refused.view).toEqual({ access: 'elsewhere' });
    expect(refused.headers).not.toHaveProperty('Set-Cookie');
    expect((await second.ask('start', '')).view).toEqual({ access: 'unknown' });
    expect((await second.ask('code', ticket, { code: '1' })).view).toEqual({ access: 'elsewhere' });
    const { view } = await first.until(ticket, ({ code }) => code !== undefined);
    expect(view.access).toBe('yes');
    await page.close();
  });

  it('refuses another account where a credential is renewed, in the language of the browser', async () => {
    const page = await publish();
    const login = { credentialId: 'kept', ownerUserId: 'o9owner@im.wechat' };
    api.credentials.set('kept', { name: 'Kept', type: 'weChatBotApi', data: { botToken: 'old' } });
    await accountIs('kept', login.ownerUserId);
    const ticket = new URL(await getLink({ login })).hash.slice(1);
    const browser = new Browser(page.workflow, 'webhook', 'zh-CN');
    await browser.ask('start', ticket);
    const { view } = await browser.until(ticket, ({ code }) => code !== undefined);
    stage.server.scan(view.code!.url, 'o9somebody-else@im.wechat');
    stage.server.confirm(view.code!.url);
    const failed = await browser.until(ticket, ({ phase }) => phase === 'failed');
    expect(failed.view.problem?.message).toContain('另一个微信号');
    expect(api.credentials.get('kept')?.data.botToken).toBe('old');
    await browser.ask('start', ticket);
    const again = await browser.until(
      ticket,
      ({ code }) => code !== undefined && code.url !== view.code!.url,
    );
    stage.server.scan(again.view.code!.url, login.ownerUserId);
    stage.server.confirm(again.view.code!.url);
    const done = await browser.until(ticket, ({ phase }) => phase === 'done');
    expect(done.view.outcome).toMatchObject({ credentialName: 'Kept', created: false });
    expect(api.credentials.get('kept')?.data).toMatchObject({ ownerUserId: login.ownerUserId });
    await page.close();
  });

  it('leaves a credential of another type as it is, whoever scans', async () => {
    const page = await publish();
    const before = { name: 'A header', type: 'httpHeaderAuth', data: { name: 'x-key', value: 'secret' } };
    api.credentials.set('header', before);
    await accountIs('header', 'o9owner@im.wechat');
    const ticket = new URL(await getLink({}, { credentialId: 'header' })).hash.slice(1);
    const browser = new Browser(page.workflow);
    await browser.ask('start', ticket);
    const { view } = await browser.until(ticket, ({ code }) => code !== undefined);
    stage.server.scan(view.code!.url, 'o9owner@im.wechat');
    stage.server.confirm(view.code!.url);
    const failed = await browser.until(ticket, ({ phase }) => phase === 'failed');
    expect(failed.view.problem?.message).toContain('no WeChat Bot API credential');
    expect(api.credentials.get('header')).toEqual(before);
    await page.close();
  });

  it('asks for a ticket in a test of the editor, too, which ends with the item', async () => {
    const { workflow } = stage.n8n.triggerContext([loginTrigger()]);
    await expect(getLink({}, { options: { useTestPage: true } })).rejects.toThrow('being tested');
    await stage.n8n.hook(workflow, 'create', true);
    const stranger = new Browser(workflow, 'manual');
    for (const action of ['look', 'start'])
      expect((await stranger.ask(action, '')).view).toEqual({ access: 'unknown' });
    const link = await getLink({}, { options: { useTestPage: true } });
    expect(link).toContain('/webhook-test/');
    const ticket = new URL(link).hash.slice(1);
    const browser = new Browser(workflow, 'manual');
    expect((await browser.ask('look', ticket)).view.access).toBe('unused');
    await browser.ask('start', ticket);
    const { view } = await browser.until(ticket, ({ code }) => code !== undefined);
    stage.server.scan(view.code!.url);
    stage.server.confirm(view.code!.url);
    const done = await browser.until(ticket, ({ phase }) => phase === 'done');
    expect(done.toN8n.workflowData?.[0]?.[0]?.json).toMatchObject({ type: 'login', credentialName: 'Mine' });
    expect((await browser.ask('look', ticket)).toN8n).toEqual({ noWebhookResponse: true });
    // n8n starts the execution with that, and its first node has a trigger, which gives the item again instead of waiting.
    const run = await stage.n8n.testRun(workflow);
    expect(outputOf(run, 'WeChat Login Trigger')[0]?.json).toMatchObject({
      type: 'login',
      credentialName: 'Mine',
    });
    await stage.n8n.hook(workflow, 'delete', true);
    await expect(getLink({}, { options: { useTestPage: true } })).rejects.toThrow('being tested');
  });
});

describe('A request that is no request of the page', () => {
  const lone = String.fromCharCode(0xd800);
  const deep = JSON.parse('['.repeat(5_000) + ']'.repeat(5_000)) as unknown;
  const bodies: Array<[what: string, body: unknown]> = [
    ['nothing', undefined],
    ['null', null],
    ['a text', 'do=start'],
    ['a number', 0],
    ['a list', [{ do: 'start' }]],
    ['bytes', Buffer.from('start')],
    ['an object without sense', { do: {}, ticket: [], shown: null, code: 7 }],
    ['prototype names', JSON.parse('{"__proto__":{"do":"start"},"constructor":1,"do":"toString"}')],
    ['half a character', { do: 'start', ticket: lone, shown: lone, code: lone }],
    ['a long ticket', { do: 'start', ticket: 'a'.repeat(1_000_000) }],
    ['depth', { do: 'start', ticket: deep }],
  ];

  it.each(bodies)('costs no execution and no error: %s', async (_what, body) => {
    const page = await publish();
    for (const mode of ['webhook', 'manual'] as const) {
      for (const headers of [{}, { cookie: ['a', 'b'], 'accept-language': 7, 'x-forwarded-proto': null }]) {
        const answer = await stage.n8n.visit(page.workflow, { webhook: 'default', body, headers, mode });
        expect(answer.toN8n).toEqual({ noWebhookResponse: true });
        expect([200, 400, 429]).toContain(answer.status);
        expect(JSON.parse(answer.body)).toMatchObject({ access: expect.stringMatching(/unknown|busy/) });
      }
    }
    expect(page.log.emits).toEqual([]);
    await page.close();
  });

  it.each(['PUT', 'PATCH', 'DELETE'])('is answered whatever its method: %s', async (method) => {
    const page = await publish();
    const body = { do: 'start', ticket: new URL(await getLink()).hash.slice(1) };
    const answer = await stage.n8n.visit(page.workflow, { webhook: 'setup', method, body });
    expect([405, 429]).toContain(answer.status);
    expect(answer.toN8n).toEqual({ noWebhookResponse: true });
    await page.close();
  });

  it('is answered without an execution, too, when the store cannot be opened', async () => {
    const page = await publish();
    const ticket = new URL(await getLink()).hash.slice(1);
    const { documents } = await storeOfBots();
    const failing = jest.spyOn(documents, 'read').mockRejectedValue(new Error('the disk is gone'));
    const body = { do: 'look', ticket };
    const answer = await stage.n8n.visit(page.workflow, { webhook: 'default', body });
    failing.mockRestore();
    expect(answer).toMatchObject({ status: 503, toN8n: { noWebhookResponse: true } });
    await page.close();
  });

  it('is limited in number, and those with a link go on', async () => {
    const page = await publish();
    const ticket = new URL(await getLink()).hash.slice(1);
    const browser = new Browser(page.workflow);
    await browser.ask('start', ticket);
    // While time stands still none is allowed again, however slow the machine is.
    const stopped = jest.spyOn(systemClock, 'now').mockReturnValue(systemClock.now());
    const statuses = [];
    for (let count = 0; count < 400; count++) {
      const body = { do: 'look', ticket: `${count}`.padStart(43, 'x') };
      statuses.push((await stage.n8n.visit(page.workflow, { webhook: 'default', body })).status);
    }
    expect(new Set(statuses)).toEqual(new Set([200, 429]));
    expect(statuses.at(-1)).toBe(429);
    expect((await stage.n8n.visit(page.workflow, { webhook: 'setup' })).status).toBe(429);
    expect((await browser.ask('look', ticket)).view.access).toBe('yes');
    stopped.mockRestore();
    await page.close();
  });
});
