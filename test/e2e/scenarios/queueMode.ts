import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Cluster } from '../../queue/cluster';
import { complaintsOf } from '../../queue/account';
import { QueueArena, STRIKES } from '../../queue/arena';
import { Notifier } from '../../queue/notifier';
import { Polls } from '../../queue/polls';
import { seededRandom } from '../../support/seeded-random';
import { PageClient } from '../login/page';
import { openLoginStage } from '../login/stage';
import { answeringWorkflow, eventually, type Account, type World } from '../world';
import { textsOf } from './sending';

/** As many as a person gets between two messages of hers. */
const QUOTA = 10;

/** One thing that holds when n8n is several processes that share no folder. */
export interface QueueScenario {
  name: string;
  run(world: World, cluster: Cluster): Promise<void>;
}

export const queueSends: QueueScenario = {
  name: 'main receives, workers answer with the newest token, and of 30 sends of two workers the quota goes out and the rest when the person writes',
  async run(world, cluster) {
    const { emulator, rest, workers } = cluster;
    const account = await world.account();
    const polls = new Polls(emulator, account.bot);
    const id = await answering(world, account);
    await emulator.write({ ...account.who, text: 'hello' });
    await eventually(() => textsOf(world, account).includes('re: hello'), 'no worker answers');
    const sender = await Notifier.open(cluster, account);
    const numbers = Array.from({ length: 30 }, (_, index) => `note ${index}`);
    const taken = await Promise.all(numbers.map((text) => sender.send(text)));
    assert.deepEqual(new Set(taken), new Set(['ok']), 'a send failed');
    assert.equal(textsOf(world, account).length, QUOTA, 'the answer and nine notes, no more');
    await emulator.write({ ...account.who, text: 'go on' });
    const linesSent = (): string[] => textsOf(world, account).flatMap((text) => text.split('\n\n'));
    await eventually(() => linesSent().length >= 32, 'what was queued does not come');
    assert.deepEqual(linesSent().toSorted(), ['re: hello', 're: go on', ...numbers].toSorted());
    assert.deepEqual(world.complaints(account), []);
    for (const { logFile } of workers) {
      assert.match(await readFile(logFile, 'utf8'), /started execution/i, 'a worker did nothing');
    }
    assert.equal(polls.end(), 1, 'polls at one time');
    const files = cluster.folders.map((folder) => join(folder, '.n8n', 'wechat-ilink')).filter(existsSync);
    assert.deepEqual(files, [], 'a process has a store of its own');
    await sender.close();
    await rest.deactivate(id);
  },
};

async function answering(world: World, account: Account): Promise<string> {
  const { rest, emulator } = world.stage;
  const { id } = await rest.createWorkflow(answeringWorkflow('Queue', account, '={{ "re: " + $json.text }}'));
  await rest.activate(id);
  await eventually(() => emulator.polls(account.who.bot_id) === 1, 'the trigger does not poll');
  return id;
}

export const queueLogin: QueueScenario = {
  name: 'the login page is served by the webhook process, and the login is run by main',
  async run(world, { emulator, webhook, rest }) {
    const login = await openLoginStage(world);
    const link = await login.link();
    assert.ok(link.startsWith(webhook.url), 'the link does not lead to the webhook process');
    const page = new PageClient(link);
    const url = await page.show();
    emulator.scan(url);
    emulator.confirm(url);
    const end = await page.end();
    assert.equal(end.phase, 'done', JSON.stringify(end));
    const credentials = await rest.request<Array<{ name: string; type: string }>>('GET', '/rest/credentials');
    const { credentialName } = end.outcome!;
    assert.ok(credentials.some(({ name, type }) => name === credentialName && type === 'weChatBotApi'));
    await login.close();
  },
};

/** The long form is `npm run crash -- --level queue`. */
export const queueKills: QueueScenario = {
  name: 'main, a worker, Redis and PostgreSQL end under load, and nothing is lost, sent twice or above the quota',
  async run(world, cluster) {
    const arena = await QueueArena.open(cluster, await world.account(), seededRandom(14));
    for (const strike of STRIKES) {
      arena.flow(5, 2);
      await sleep(2_000);
      const struck = await arena.strike(strike);
      console.log(`    ${JSON.stringify(struck)}`);
    }
    await sleep(1_000);
    await arena.drain();
    const { mostPolls, ...account } = await arena.result();
    console.log(`    ${JSON.stringify({ ...account, mostPolls })}`);
    assert.deepEqual(complaintsOf(account), []);
    assert.equal(mostPolls, 1, 'polls at one time');
    assert.ok(account.written > 50 && account.sendsSaid > 10, 'hardly anything happened');
  },
};

/** Longer than one message, so that it is sent in several. */
const LONG_TEXT = Array.from({ length: 300 }, (_, line) => `line ${line} of a text that is long`).join(
  '\n\n',
);

export const queueRetry: QueueScenario = {
  name: 'a send that broke off goes on where it was when n8n tries it again on another worker',
  async run(world, cluster) {
    const { emulator, rest, workers } = cluster;
    const account = await world.account();
    await emulator.write({ ...account.who, text: 'hello' });
    const sender = await Notifier.open(cluster, account);
    emulator.faults.add({ endpoint: 'sendmessage', bot_id: account.who.bot_id, skip: 1, ret: -3 });
    assert.notEqual(await sender.send(LONG_TEXT), 'ok', 'nothing broke off');
    assert.equal(textsOf(world, account).length, 1);
    const [failed] = await rest.executions(sender.workflowId);
    const [first, second] = workers;
    const ranOnFirst = (await readFile(first.logFile, 'utf8')).includes(`started execution ${failed!.id} `);
    const worker = ranOnFirst ? first : second;
    await worker.kill();
    await rest.request('POST', `/rest/executions/${failed!.id}/retry`, {});
    await worker.start();
    const lines = textsOf(world, account).flatMap((text) => text.split('\n\n'));
    assert.deepEqual(lines, LONG_TEXT.split('\n\n'));
    await sender.close();
  },
};
