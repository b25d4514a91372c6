import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { N8nRest } from '../../../tools/n8n/rest';
import { ensureN8n } from '../../../tools/n8n/runtime';
import { startN8n } from '../../../tools/n8n/server';
import type { ExecutionSummary } from '../../../tools/n8n/types';
import { createProgress } from '../../../tools/progress';
import { CREDENTIAL_TYPE, credentialData, OWNER } from '../../../tools/stage';
import { LocalRegistry } from '../update/registry';
import { ARTEFACTS, chain, eventually, triggerNode, type Account, type Scenario, type World } from '../world';

const [OLD, NEW] = ['90.0.0', '90.0.1'];
/** Between two messages of the person: several come during the update. */
const PAUSE_MS = 600;

interface Scene {
  world: World;
  rest: N8nRest;
  name: string;
  account: Account;
}

export const packageUpdate: Scenario = {
  name: "an update by n8n's own dialog while a trigger runs: one poll at a time, and every message once",
  async run(world) {
    const { userFolder, packed, emulator } = world.stage;
    const modules = join(userFolder, '.n8n', 'nodes', 'node_modules');
    const registry = await LocalRegistry.open({ modules, name: packed.name });
    const folder = await mkdtemp(join(tmpdir(), 'wechat-ilink-update-'));
    try {
      await registry.publish(OLD);
      await registry.publish(NEW);
      const progress = createProgress();
      const runtime = await ensureN8n(progress);
      const log = join(ARTEFACTS, 'n8n-update.log');
      const env = await registry.environment();
      const n8n = await startN8n({ runtime, userFolder: folder, progress, env, log });
      try {
        const rest = new N8nRest(n8n.url, runtime);
        await rest.setupOwner(OWNER);
        await rest.request('POST', '/rest/community-packages', { name: packed.name, version: OLD });
        const bot = emulator.bind();
        const credential = await rest.createCredential('Bot', CREDENTIAL_TYPE, credentialData(emulator, bot));
        const who = { bot_id: bot.ilink_bot_id, user_id: bot.ilink_user_id };
        await updateWhileItRuns({ world, rest, name: packed.name, account: { bot, who, credential } });
      } finally {
        await n8n.stop();
      }
    } finally {
      await registry.close();
      await rm(folder, { recursive: true, force: true });
    }
  },
};

async function updateWhileItRuns({ world, rest, name, account }: Scene): Promise<void> {
  const { emulator } = world.stage;
  const { who, credential } = account;
  const listening = async (title: string): Promise<string> => {
    const { id } = await rest.createWorkflow(chain(title, [triggerNode(credential)]));
    await rest.activate(id);
    return id;
  };
  const polledBy = (): string => {
    const polls = emulator.requests('getupdates').filter(({ bot_id }) => bot_id === who.bot_id);
    const { base_info } = polls.at(-1)!.body as { base_info: { bot_agent: string } };
    return base_info.bot_agent.split('/').at(-1)!;
  };
  let written = 0;
  let writing = true;
  const writer = (async () => {
    while (writing) {
      await emulator.write({ ...who, text: String(++written) });
      await sleep(PAUSE_MS);
    }
  })();

  const before = await listening('Runs during the update');
  await eventually(async () => (await textsOf(rest, before)).length >= 3, 'the old version does not listen');
  assert.equal(polledBy(), OLD);
  await rest.request('PATCH', '/rest/community-packages', { name, version: NEW });
  const updatedAt = written;
  await eventually(
    async () => (await textsOf(rest, before)).length > updatedAt + 3,
    'the old trigger went deaf',
  );

  const after = await listening('Starts after the update');
  await eventually(() => polledBy() === NEW, 'the new version does not poll');
  await eventually(async () => (await textsOf(rest, after)).length >= 5, 'the new trigger gets nothing');
  await rest.deactivate(before);
  await rest.activate(before);
  const switchedAt = written;
  await eventually(() => written > switchedAt + 5, 'nobody writes');

  writing = false;
  await writer;
  const all = Array.from({ length: written }, (_, index) => String(index + 1));
  await eventually(async () => (await textsOf(rest, before)).length >= written, 'messages are missing');
  await sleep(2_000);
  assert.deepEqual(await textsOf(rest, before), all);
  const late = await textsOf(rest, after);
  assert.deepEqual(late, all.slice(-late.length));
  assert.deepEqual(
    emulator.dropped.filter(({ bot_id, reason }) => bot_id === who.bot_id && reason === 'second_poll'),
    [],
  );
}

/** The text that each execution was started with; they are many, and do not change. */
const TEXTS = new Map<string, string>();
/** n8n lists no more at once. */
const PAGE = 100;

/** What the executions of a workflow were started with, in the order in which it was written. */
async function textsOf(rest: N8nRest, workflowId: string): Promise<string[]> {
  const texts: string[] = [];
  for (let lastId: string | undefined; ;) {
    const page = await executionsBefore(rest, workflowId, lastId);
    for (const { id } of page) texts.push(await textOf(rest, id));
    lastId = page.at(-1)?.id;
    if (page.length < PAGE) return texts.sort((one, other) => Number(one) - Number(other));
  }
}

async function executionsBefore(rest: N8nRest, workflowId: string, lastId = ''): Promise<ExecutionSummary[]> {
  const query = new URLSearchParams({ filter: JSON.stringify({ workflowId }), limit: String(PAGE) });
  if (lastId !== '') query.set('lastId', lastId);
  const path = `/rest/executions?${query}`;
  return (await rest.request<{ results: ExecutionSummary[] }>('GET', path)).results;
}

async function textOf(rest: N8nRest, id: string): Promise<string> {
  const known = TEXTS.get(id);
  if (known !== undefined) return known;
  const { data } = await rest.execution(id);
  const text = data.resultData.runData['WeChat Trigger']?.[0]?.data?.main[0]?.[0]?.json.text;
  // It may be running still.
  if (typeof text === 'string') TEXTS.set(id, text);
  return String(text);
}
