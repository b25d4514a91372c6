import assert from 'node:assert/strict';
import { loginWorkflow } from '../../../demo/loginWorkflow';
import type { N8nRest } from '../../../tools/n8n/rest';
import type { Execution, WorkflowDraft, WorkflowNode } from '../../../tools/n8n/types';
import { openLoginStage, type LoginStage } from '../login/stage';
import { PageClient } from '../login/page';
import {
  ACTION_TYPE,
  chain,
  eventually,
  triggerNode,
  type Account,
  type Scenario,
  type World,
} from '../world';

const MEMBER = {
  email: 'member@example.com',
  password: 'Member-12345',
  firstName: 'Some',
  lastName: 'Member',
};

/** Everything that a member knows or guesses. */
interface Scene {
  world: World;
  login: LoginStage;
  member: N8nRest;
  /** The owner's bot, whose credential id stands in exported workflows. */
  account: Account;
  /** The address of the owner's page, from a link that the owner has sent around. */
  pageUrl: string;
  /** A credential of the owner that is none of ours. */
  foreign: { id: string };
  /** The member's own login page, published with a key of the member. */
  ownPage: string;
}

/** Each is a sentence that has to hold. It throws when it does not. */
const SENTENCES: Record<string, (scene: Scene) => Promise<void>> = {
  'a member gets no link on the page of the owner': async ({ member, pageUrl }) => {
    const { url = '' } = await linkBy(member, linkWorkflow({}));
    assert.ok(!url.startsWith(pageUrl), 'the link leads to the page of the owner');
  },
  'a member gets none by naming its address': async (scene) => {
    await refusesLink(scene, { options: { pageUrl: scene.pageUrl } }, /may not make links/);
  },
  'a member gets none by pretending to be the workflow of the owner in a sub-workflow': async (scene) => {
    const sub = linkWorkflow({});
    const spoofed = { ...sub, id: scene.login.workflowId, settings: { callerPolicy: 'any' } };
    const parameters = { source: 'parameter', workflowJson: JSON.stringify(spoofed), options: {} };
    const execute = node('Call', 'n8n-nodes-base.executeWorkflow', 1.2, parameters);
    const run = await runBy(scene.member, chain('Spoof', [manualTrigger(), execute]));
    assert.match(await errorOf(run), /may not make links|sub-workflow|No login page is open/);
  },
  'a member cannot replace the bot of the owner by its credential id, on a page of the member': async (
    scene,
  ) => {
    const link = await linkBy(
      scene.member,
      linkWorkflow({ credentialId: scene.account.credential.id, options: { pageUrl: scene.ownPage } }),
    );
    if (link.url !== undefined) await scan(scene, link.url);
    await untouched(scene);
  },
  'a link of the owner for a credential takes the scan of nobody else': async (scene) => {
    const link = await linkBy(
      scene.world.stage.rest,
      linkWorkflow({ credentialId: scene.account.credential.id, options: { pageUrl: scene.pageUrl } }),
    );
    if (link.url !== undefined) await scan(scene, link.url);
    await untouched(scene);
  },
  'a link with the id of another credential leaves it as it is': async (scene) => {
    const { rest } = scene.world.stage;
    const link = await linkBy(
      rest,
      linkWorkflow({ credentialId: scene.foreign.id, options: { pageUrl: scene.pageUrl } }),
    );
    if (link.url !== undefined) await scan(scene, link.url, scene.account.who.user_id);
    const { type } = await rest.request<{ type: string }>('GET', `/rest/credentials/${scene.foreign.id}`);
    assert.equal(type, 'httpHeaderAuth');
  },
  'a page of a member does not write with the API key of the owner': async (scene) => {
    const { member, world, login } = scene;
    const { rest, emulator, n8n } = world.stage;
    const server = { apiBaseUrl: emulator.apiUrl, cdnBaseUrl: emulator.cdnUrl };
    const draft = loginWorkflow({ credential: login.apiCredential, server });
    const stolen = await member.createWorkflow(draft);
    await member.activate(stolen.id);
    const before = await rest.request<object[]>('GET', '/rest/credentials');
    const { webhookId } = stolen.nodes.find(({ name }) => name === 'WeChat Login Trigger')!;
    const pageUrl = `${n8n.url}/webhook/${webhookId}/wechat-login`;
    const { url } = await linkBy(member, linkWorkflow({ options: { pageUrl } }));
    if (url !== undefined) await scan(scene, url);
    await member.deactivate(stolen.id);
    assert.equal((await rest.request<object[]>('GET', '/rest/credentials')).length, before.length);
  },
  'while the owner tests the page, a stranger who knows its address gets nothing': async (scene) => {
    const { rest } = scene.world.stage;
    const before = (await rest.executions(scene.login.workflowId)).length;
    await rest.listen(await rest.workflow(scene.login.workflowId), 'WeChat Login Trigger');
    const page = new PageClient(scene.pageUrl.replace('/webhook/', '/webhook-test/'));
    const { access, code } = await page.ask('start');
    assert.deepEqual({ access, code }, { access: 'unknown', code: undefined });
    assert.equal((await rest.executions(scene.login.workflowId)).length, before);
  },
};

/** n8n with an owner and a member who was given nothing. */
export const loginMembers: Scenario = {
  name: 'a member who was given nothing writes no credential of the owner, and nobody does with a scan or an id that is not its own',
  async run(world) {
    const scene = await setScene(world);
    const broken: string[] = [];
    for (const [sentence, holds] of Object.entries(SENTENCES)) {
      await holds(scene).catch((error: Error) => broken.push(`${sentence}: ${error.message.slice(0, 400)}`));
    }
    await saysWhatTheEditionHas(world);
    await scene.login.close();
    assert.deepEqual(broken, []);
  },
};

async function setScene(world: World): Promise<Scene> {
  const { rest, n8n, emulator } = world.stage;
  const login = await openLoginStage(world);
  const pageUrl = (await login.link()).split('#', 1)[0]!;
  const account = await world.account();
  const { id } = await rest.createWorkflow(chain('Owner', [triggerNode(account.credential)]));
  await rest.activate(id);
  await eventually(() => emulator.polls(account.who.bot_id) === 1, 'the trigger does not poll');
  const foreign = await rest.createCredential('A header', 'httpHeaderAuth', {
    name: 'x-key',
    value: 'secret',
  });
  const member = await rest.invite(MEMBER);
  const apiKey = await member.createApiKey('member');
  const api = await member.createCredential('n8n API', 'n8nApi', { apiKey, baseUrl: `${n8n.url}/api/v1` });
  const server = { apiBaseUrl: emulator.apiUrl, cdnBaseUrl: emulator.cdnUrl };
  const own = await member.createWorkflow(loginWorkflow({ credential: api, server }));
  await member.activate(own.id);
  const owners = await rest.workflow(login.workflowId);
  const webhookIds = [own, owners].flatMap(({ nodes }) => nodes.map((node) => node.webhookId ?? []).flat());
  assert.equal(new Set(webhookIds).size, 2, 'the example has one address for everybody');
  const webhookId = own.nodes.find(({ name }) => name === 'WeChat Login Trigger')!.webhookId;
  const ownPage = `${n8n.url}/webhook/${webhookId}/wechat-login`;
  return { world, login, member, account, pageUrl, foreign, ownPage };
}

function node(name: string, type: string, typeVersion: number, parameters: object): WorkflowNode {
  const id = name.toLowerCase().replaceAll(' ', '-');
  return { id, name, type, typeVersion, position: [0, 0], parameters: { ...parameters } };
}

const manualTrigger = (): WorkflowNode => node('Start', 'n8n-nodes-base.manualTrigger', 1, {});

function linkWorkflow(parameters: object): WorkflowDraft {
  const link = { resource: 'login', operation: 'getLoginLink', ...parameters };
  return chain('Link', [manualTrigger(), node('Get Login Link', ACTION_TYPE, 1, link)]);
}

async function runBy(rest: N8nRest, draft: WorkflowDraft): Promise<Execution> {
  const workflow = await rest.createWorkflow(draft);
  const { executionId } = await rest.listen(workflow, 'Start');
  return rest.waitUntilFinished(executionId);
}

async function errorOf({ status, data }: Execution): Promise<string> {
  assert.equal(
    status,
    'error',
    `the run did not fail: ${JSON.stringify(data.resultData.runData).slice(0, 200)}`,
  );
  const { message = '', description = '' } = data.resultData.error ?? {};
  return `${message} ${description}`;
}

async function refusesLink({ member }: Scene, parameters: object, wanted: RegExp): Promise<void> {
  assert.match(await errorOf(await runBy(member, linkWorkflow(parameters))), wanted);
}

/** The link, or the error instead of one. */
async function linkBy(rest: N8nRest, draft: WorkflowDraft): Promise<{ url?: string; error?: string }> {
  const run = await runBy(rest, draft);
  if (run.status === 'error') return { error: await errorOf(run) };
  const item = run.data.resultData.runData['Get Login Link']?.[0]?.data?.main[0]?.[0];
  return { url: String(item?.json.url) };
}

async function scan({ world: { stage } }: Scene, link: string, userId?: string): Promise<void> {
  const page = new PageClient(link);
  const code = await page.show();
  stage.emulator.scan(code, userId);
  stage.emulator.confirm(code);
  await page.end();
}

/** The running workflow of the owner is still the one that listens to the owner's bot. */
async function untouched({ world: { stage }, account }: Scene): Promise<void> {
  const { rest, emulator } = stage;
  const path = `/rest/credentials/${account.credential.id}?includeData=true`;
  const { data } = await rest.request<{ data: { botId: string } }>('GET', path);
  assert.equal(data.botId, account.who.bot_id, 'the credential has another bot');
  assert.equal(emulator.polls(account.who.bot_id), 1, 'nobody listens to the bot');
}

/** Projects besides the personal ones need a licence; then this scenario would have to grow. */
async function saysWhatTheEditionHas({ stage: { rest } }: World): Promise<void> {
  const refused = await rest.request('POST', '/rest/projects', { name: 'Team' }).then(
    () => undefined,
    (error: Error) => error.message,
  );
  assert.match(refused ?? 'this n8n has team projects', /40[03]|licen/i);
}
