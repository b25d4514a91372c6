import { bots } from '../../nodes/WeChat/shared/bots';
import { readCredential } from '../../nodes/WeChat/shared/credential';
import { eventually, nextTurn } from './harness/eventually';
import { outputOf } from './harness/executions';
import { REPLACE } from './harness/nodeTypes';
import { Stage, type Person } from './harness/stage';

let stage: Stage;
let owner: Person;
beforeAll(async () => {
  stage = await Stage.open();
});
beforeEach(() => {
  owner = stage.newOwner();
});
afterEach(() => stage.server.faults.clear());
afterAll(() => stage.close());

const polls = (): number => stage.server.polls(owner.botId);
const pollRequests = (): number => stage.server.requests('getupdates').length;
const credentialOf = (person: Person) => stage.n8n.credentials.stored.get(person.credential)!;

describe('A test in the editor', () => {
  test('ends with the first message, which goes through the workflow, and ends its poll', async () => {
    const { run } = stage.n8n.testWorkflow([owner.trigger(), { name: 'Agent', type: REPLACE }]);
    await eventually(() => polls() === 1);
    await owner.writes('try it');
    const result = await run;
    expect(result.status).toBe('success');
    expect(outputOf(result, 'Agent').map(({ json }) => json)).toEqual([{ answer: 'answer 0: try it' }]);
    await eventually(() => polls() === 0);
  });

  test('waits on when a message does not pass the filter', async () => {
    const { run } = stage.n8n.testWorkflow([owner.trigger({ messageTypes: ['image'] })]);
    await owner.writes('a text');
    await owner.writes({ media: { kind: 'image', bytes: Buffer.from('x') } });
    expect(outputOf(await run, 'WeChat Trigger').map(({ json }) => json.type)).toEqual(['image']);
  });

  test('can be stopped, and that ends the poll', async () => {
    const { cancel } = stage.n8n.testWorkflow([owner.trigger()]);
    await eventually(() => polls() === 1);
    cancel();
    await eventually(() => polls() === 0);
  });

  test('beside the active workflow takes nothing away from it: both get the message, over one poll', async () => {
    const active = await stage.n8n.activate([owner.trigger()]);
    await eventually(() => polls() === 1);
    const { run } = stage.n8n.testWorkflow([owner.trigger()]);
    await eventually(() => stage.n8n.credentials.reads > 1);
    // The test listens as soon as its node has read the credential.
    await nextTurn();
    await owner.writes('to both');
    expect(outputOf(await run, 'WeChat Trigger').map(({ json }) => json.text)).toEqual(['to both']);
    await eventually(() => active.log.emits.length === 1);
    await eventually(() => polls() === 1);
    await active.deactivate();
  });

  test('with a stale token fails, and says that a new login is needed', async () => {
    stage.server.revoke(owner.botId);
    const { run } = stage.n8n.testWorkflow([owner.trigger()]);
    const { data, status } = await run;
    expect(status).toBe('error');
    expect(data.resultData.error).toMatchObject({
      message: 'WeChat no longer accepts the bot token. Log in again',
      description: expect.stringContaining('QR code'),
    });
  });

  test('that failed does not listen on behind the scenes, where it would swallow messages', async () => {
    const active = await stage.n8n.activate([owner.trigger()]);
    await eventually(() => polls() === 1);
    stage.server.revoke(owner.botId);
    await eventually(() => active.log.failedExecutions.length === 1);
    expect((await stage.n8n.testWorkflow([owner.trigger()]).run).status).toBe('error');
    await active.deactivate();
    // Both are gone: a listener that was left would have kept the poll loop, and with it this process, alive.
    const lease = bots.retain(readCredential(credentialOf(owner)));
    await eventually(() => !lease.bot.listening);
    lease.release();
  });

  test('can be stopped while the credential is still being read, and then never listens', async () => {
    const { credentials } = stage.n8n;
    const [before, reads] = [pollRequests(), credentials.reads];
    let read!: () => void;
    credentials.busy = new Promise((resolve) => (read = resolve));
    const { cancel } = stage.n8n.testWorkflow([owner.trigger()]);
    await eventually(() => credentials.reads > reads);
    cancel();
    read();
    const lease = bots.retain(readCredential(credentialOf(owner)));
    for (let turn = 0; turn < 20; turn++) await nextTurn();
    expect([lease.bot.listening, pollRequests()]).toEqual([false, before]);
    lease.release();
  });

  test('with a credential that cannot work fails, and says why', async () => {
    credentialOf(owner).botToken = '';
    const { run } = stage.n8n.testWorkflow([owner.trigger()]);
    expect((await run).data.resultData.error).toMatchObject({ message: 'The bot token is missing' });
  });
});

describe('A test in the editor that cannot work', () => {
  test.each([
    ['a wrong address', () => ({ apiBaseUrl: 'http://127.0.0.1:1' }), 'could not be reached', {}],
    ['something that is no iLink server', () => ({}), 'did not come from the iLink API', { body: 'html' }],
    ['404', () => ({}), 'no iLink API at this address', { status: 404 }],
    ['403', () => ({}), 'Access was denied', { status: 403 }],
    ['a server that says nothing', () => ({}), 'did not answer in time', { silence: true }],
  ] as const)(
    'says so within ten seconds: %s',
    async (_what, change, message, fault) => {
      Object.assign(credentialOf(owner), change());
      if (Object.keys(fault).length > 0) stage.server.faults.add({ endpoint: '*', times: 1_000, ...fault });
      const startedAt = performance.now();
      const { data, status } = await stage.n8n.testWorkflow([owner.trigger()]).run;
      expect(performance.now() - startedAt).toBeLessThan(10_000);
      expect([status, data.resultData.error?.message]).toEqual(['error', expect.stringContaining(message)]);
      await eventually(() => polls() === 0);
    },
    15_000,
  );

  test('and one that only stumbles goes on: a fault that passes is not said', async () => {
    stage.server.faults.add({ endpoint: '*', times: 2, status: 503 });
    const { run } = stage.n8n.testWorkflow([owner.trigger()]);
    await eventually(() => stage.server.polls(owner.botId) === 1, 8_000);
    await owner.writes('after all');
    expect(outputOf(await run, 'WeChat Trigger').map(({ json }) => json.text)).toEqual(['after all']);
  }, 15_000);
});
