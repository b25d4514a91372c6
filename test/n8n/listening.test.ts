import { WeChatTrigger } from '../../nodes/WeChat/WeChatTrigger.node';
import { eventually } from './harness/eventually';
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

const polls = (person = owner): number => stage.server.polls(person.botId);
const pollRequests = (): number => stage.server.requests('getupdates').length;
const credentialOf = (person: Person) => stage.n8n.credentials.stored.get(person.credential)!;

async function millisecondsOf(action: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await action();
  return performance.now() - startedAt;
}

describe('An active workflow', () => {
  test('polls once and holds it, and deactivating ends that within a second', async () => {
    const active = await stage.n8n.activate([owner.trigger()]);
    await eventually(() => polls() === 1);
    const took = await millisecondsOf(async () => {
      await active.deactivate();
      await eventually(() => polls() === 0);
    });
    expect(took).toBeLessThan(1_000);
    const after = pollRequests();
    await owner.writes('too late');
    expect([pollRequests(), active.log.emits]).toEqual([after, []]);
  });

  test('says hello and goodbye to the server, and waits for neither answer', async () => {
    stage.server.faults.add({ endpoint: 'notifystart', silence: true });
    stage.server.faults.add({ endpoint: 'notifystop', silence: true });
    const active = await stage.n8n.activate([owner.trigger()]);
    await eventually(() => polls() === 1);
    expect(await millisecondsOf(active.deactivate)).toBeLessThan(1_000);
    await stage.answered('notifystop', 'fault: silence');
    await stage.answered('notifystart', 'fault: silence');
  });

  test('is there at once when the server cannot be reached, and can be deactivated at once', async () => {
    credentialOf(owner).apiBaseUrl = 'http://127.0.0.1:1';
    const active = await stage.n8n.activate([owner.trigger()]);
    await eventually(() => stage.n8n.logs.at('warn').some((line) => line.includes('could not be reached')));
    expect(active.log.failedExecutions).toEqual([]);
    expect(active.log.fatal).toEqual([]);
    expect(await millisecondsOf(active.deactivate)).toBeLessThan(1_000);
  });

  test('is there at once when the server accepts the connection and says nothing', async () => {
    stage.server.faults.add({ endpoint: 'getupdates', silence: true });
    const before = pollRequests();
    const active = await stage.n8n.activate([owner.trigger()]);
    await eventually(() => pollRequests() > before);
    expect(await millisecondsOf(active.deactivate)).toBeLessThan(1_000);
  });

  test('cannot be activated with a credential that cannot work, and the error says why', async () => {
    credentialOf(owner).botToken = '';
    await expect(stage.n8n.activate([owner.trigger()])).rejects.toThrow('The bot token is missing');
  });

  test('shares one poll with the other workflows of the credential, and all get every message', async () => {
    const [one, two] = [
      await stage.n8n.activate([owner.trigger()]),
      await stage.n8n.activate([owner.trigger()]),
    ];
    await eventually(() => polls() === 1);
    await owner.writes('for both');
    await eventually(() => one.log.emits.length === 1 && two.log.emits.length === 1);
    await eventually(() => polls() === 1);

    await one.deactivate();
    expect(polls()).toBe(1);
    await owner.writes('for the second');
    await eventually(() => two.log.emits.length === 2);
    expect(one.log.emits).toHaveLength(1);

    await two.deactivate();
    await eventually(() => polls() === 0);
  });

  test('of another bot has a poll of its own', async () => {
    const neighbour = stage.newOwner();
    const mine = await stage.n8n.activate([owner.trigger()]);
    const theirs = await stage.n8n.activate([neighbour.trigger()]);
    await eventually(() => polls() === 1 && polls(neighbour) === 1);
    await owner.writes('mine');
    await eventually(() => mine.log.emits.length === 1);
    expect(theirs.log.emits).toEqual([]);
    await Promise.all([mine.deactivate(), theirs.deactivate()]);
  });

  test('reads no parameter once trigger() has returned, because n8n cannot give it any more', async () => {
    const { context, log } = stage.n8n.triggerContext([owner.trigger({ messageTypes: ['text'] })]);
    const read = jest.spyOn(context, 'getNodeParameter');
    const { closeFunction } = await new WeChatTrigger().trigger.call(context);
    const before = read.mock.calls.length;
    expect(before).toBeGreaterThan(0);
    await owner.writes('hi');
    await eventually(() => log.emits.length === 1);
    await closeFunction!();
    expect(read).toHaveBeenCalledTimes(before);
  });

  test('goes on when n8n cannot start an execution, and keeps the message for later', async () => {
    const { context, log } = stage.n8n.triggerContext([owner.trigger({ options: { retryDelay: 1 } })]);
    jest.spyOn(log.runs, 'push').mockImplementationOnce(() => {
      throw new Error('the database is gone');
    });
    const { closeFunction } = await new WeChatTrigger().trigger.call(context);
    await owner.writes('not lost');
    await owner.writes('next');
    await eventually(() => log.runs.length === 2);
    await closeFunction!();
    expect(stage.n8n.logs.at('error').at(-1)).toContain('could not be handed over (the database is gone)');
    expect(log.items.map(({ text }) => text).sort()).toEqual(['next', 'not lost']);
  });
});

describe('The cursor', () => {
  const cursors = (botId = owner.botId) =>
    stage.server
      .requests('getupdates')
      .filter(({ bot_id }) => bot_id === botId)
      .map(({ body }) => (body as { get_updates_buf: string }).get_updates_buf);

  test('is kept, and the next start goes on from there', async () => {
    const active = await stage.n8n.activate([owner.trigger()]);
    await owner.writes('x');
    await eventually(() => cursors().length >= 2);
    await active.deactivate();
    const last = cursors().at(-1);
    expect(last).not.toBe('');
    const known = cursors().length;
    const again = await stage.n8n.activate([owner.trigger()]);
    await eventually(() => cursors().length > known);
    await again.deactivate();
    expect(cursors().at(known)).toBe(last);
  });

  test('of another login is not used: the server would not know it', async () => {
    const active = await stage.n8n.activate([owner.trigger()]);
    await owner.writes('x');
    await eventually(() => cursors().length >= 2);
    await active.deactivate();
    const login = stage.server.bind({ user_id: owner.id });
    stage.n8n.credentials.stored.set(owner.credential, stage.credentialOf(login));
    const again = await stage.n8n.activate([owner.trigger()]);
    await eventually(() => cursors(login.ilink_bot_id).length > 0);
    await again.deactivate();
    expect(cursors(login.ilink_bot_id)[0]).toBe('');
  });
});
