import { botKeyOf } from '../../ilink/credential';
import { subscriberOf } from '../../nodes/WeChat/trigger/subscription';
import { removeTempFolders } from '../support/temp-folder';
import { eventually } from './harness/eventually';
import { TestProcess } from './harness/process';
import { Stage, type Person } from './harness/stage';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage.close());
afterAll(removeTempFolders);

type Operation = 'get' | 'getMany' | 'listQueued' | 'cancelQueued';
const credentialOf = (person: Person) => stage.n8n.credentials.stored.get(person.credential)!;
const run = async (person: Person, operation: Operation, more: object = {}) => {
  const node = person.node({ resource: 'conversation', operation, ...more });
  return (await stage.n8n.execute(node, [{ json: {} }])).map(({ json }) => json);
};
const logOut = async (person: Person) => {
  const [item] = await stage.n8n.execute(person.node({ resource: 'login', operation: 'logOut' }), [
    { json: {} },
  ]);
  return item!.json;
};
/** The person has written, and something waits for them to write again. */
async function withQueue(): Promise<Person> {
  const person = stage.newOwner();
  const active = await stage.n8n.activate([person.trigger()]);
  await person.writes('a secret of the owner');
  await eventually(() => active.log.emits.length === 1);
  await active.deactivate();
  stage.server.faults.add({
    endpoint: 'sendmessage',
    ret: -2,
    errmsg: 'prepare failed',
    bot_id: person.botId,
  });
  const [sent] = await stage.n8n.execute(person.sendText({ text: 'waits for the owner' }), [{ json: {} }]);
  expect(sent?.json).toMatchObject({ outcome: 'queued' });
  stage.server.faults.clear();
  return person;
}

describe('Somebody with a token of his own, and the ids of another bot in his credential', () => {
  let owner: Person;
  let member: Person;
  beforeEach(async () => {
    owner = await withQueue();
    member = stage.newOwner();
    Object.assign(credentialOf(member), { ownerUserId: owner.id, botId: owner.botId });
  });

  test('gets none of its messages', async () => {
    const theirs = await stage.n8n.activate([member.trigger()]);
    const own = await stage.n8n.activate([owner.trigger()]);
    await owner.writes('for the owner');
    await member.writes('for the member');
    await eventually(() => own.log.emits.length === 1 && theirs.log.emits.length === 1);
    expect(theirs.log.items).toMatchObject([{ text: 'for the member' }]);
    expect(own.log.items).toMatchObject([{ text: 'for the owner' }]);
    await own.deactivate();
    await theirs.deactivate();
  });

  test('sees none of its conversations and nothing of its queue, and cancels nothing', async () => {
    expect(await run(member, 'listQueued')).toEqual([]);
    expect(await run(member, 'cancelQueued', { to: owner.id })).toMatchObject([
      { cancelled: [], stillQueued: 0 },
    ]);
    expect(await run(member, 'getMany')).toEqual([]);
    expect(await run(member, 'get', { to: owner.id })).toMatchObject([{ queued: 0, lastInboundAt: null }]);
    expect(await run(owner, 'listQueued')).toMatchObject([{ text: 'waits for the owner' }]);
  });

  test('deletes only what is his own when he logs out', async () => {
    expect(await logOut(member)).toMatchObject({ forgotten: { messages: 0, conversations: 0, queued: 0 } });
    expect(await run(owner, 'listQueued')).toMatchObject([{ text: 'waits for the owner' }]);
    expect(await logOut(owner)).toMatchObject({ forgotten: { conversations: 1, queued: 1 } });
  });
});

describe('What a bot keeps', () => {
  test('stays when the ids of the credential are filled in, changed or cleared later', async () => {
    const owner = await withQueue();
    const waiting = await stage.n8n.activate([owner.trigger()]);
    await waiting.deactivate();
    for (const ids of [
      { ownerUserId: '', botId: '' },
      { ownerUserId: '', botId: 'typed@im.bot' },
      { ownerUserId: owner.id, botId: '' },
      { ownerUserId: 'somebody@im.wechat', botId: owner.botId },
    ]) {
      Object.assign(credentialOf(owner), ids);
      expect(await run(owner, 'listQueued')).toMatchObject([{ text: 'waits for the owner' }]);
      expect(await run(owner, 'getMany')).toMatchObject([{ user_id: owner.id, queued: 1 }]);
    }
  });
});

describe('What a bot keeps, when the ids of the credential are filled in and n8n is started again', () => {
  test('is handed over, counted and quoted as before', async () => {
    const owner = stage.newOwner();
    Object.assign(credentialOf(owner), { ownerUserId: '', botId: '' });
    const before = new TestProcess(stage);
    const heard = await before.listen(owner);
    await eventually(() => stage.server.polls(owner.botId) === 1);
    jest.spyOn(heard.context, 'emit').mockImplementation(() => undefined);
    const { message_id } = await owner.writes('nobody has taken it yet');
    await eventually(() => jest.mocked(heard.context.emit).mock.calls.length === 1);
    const key = botKeyOf({ botToken: String(credentialOf(owner).botToken) });
    const what = async ({ store }: TestProcess) => ({
      conversations: await store!.conversations.list(key, 10),
      quote: await store!.recent.find(key, owner.id, String(message_id)),
      cursor: await store!.inbox.cursor(key),
      waits: (await store!.inbox.pending(subscriberOf(heard.context), 0)).length,
    });
    const kept = await what(before);
    expect(kept).toMatchObject({ waits: 1, quote: expect.anything(), conversations: [{ userId: owner.id }] });
    await before.die();

    jest.mocked(heard.context.emit).mockRestore();
    Object.assign(credentialOf(owner), { ownerUserId: owner.id, botId: 'typed@im.bot' });
    const after = new TestProcess(stage, before);
    const again = await heard.again(after);
    expect(await what(after)).toMatchObject({
      quote: kept.quote,
      conversations: kept.conversations,
      cursor: kept.cursor,
    });
    await after.until(() => heard.texts.length === 1);
    await owner.writes('and the next');
    await after.until(() => heard.texts.length === 2);
    expect(heard.texts).toEqual(['nobody has taken it yet', 'and the next']);
    await again.listening.close();
  });
});

describe('Two credentials with one token', () => {
  let owner: Person;
  let second: Person;
  const polls = () => stage.server.polls(owner.botId);

  const secondPolls = () =>
    stage.server.dropped.filter(
      ({ reason: code, bot_id }) => code === 'second_poll' && bot_id === owner.botId,
    );

  beforeEach(() => {
    owner = stage.newOwner();
    second = Object.assign(Object.create(owner) as Person, { credential: `${owner.credential}-again` });
    stage.n8n.credentials.stored.set(second.credential, { ...credentialOf(owner) });
  });

  /** Both triggers get what the person writes, through one poll. */
  async function bothHear(first: Person, then: Person): Promise<void> {
    const one = await stage.n8n.activate([first.trigger()]);
    const other = await stage.n8n.activate([then.trigger()]);
    await eventually(() => polls() === 1);
    for (const text of ['one', 'two', 'three']) await owner.writes(text);
    await eventually(() => one.log.emits.length === 3 && other.log.emits.length === 3, 20_000);
    expect(secondPolls()).toEqual([]);
    expect(one.log.items).toMatchObject([{ text: 'one' }, { text: 'two' }, { text: 'three' }]);
    expect(one.log.failedExecutions).toEqual([]);
    expect(other.log.failedExecutions).toEqual([]);
    const [sent] = await stage.n8n.execute(second.sendText({ to: owner.id, text: 'from the second' }), [
      { json: {} },
    ]);
    expect(sent?.json).toMatchObject({ outcome: 'accepted' });
    await one.deactivate();
    await eventually(() => polls() === 1);
    await other.deactivate();
    await eventually(() => polls() === 0);
  }

  test.each([
    ['another client version', { clientVersion: '2.4.8' }],
    ['no ids', { ownerUserId: '', botId: '' }],
    ['another media address', { cdnBaseUrl: 'http://127.0.0.1:9/c2c' }],
  ])('are one poll when one has %s', async (_, change) => {
    Object.assign(credentialOf(second), change);
    await bothHear(owner, second);
  });

  test('are one poll when their addresses are written differently', async () => {
    credentialOf(second).apiBaseUrl = `${stage.server.apiUrl.toUpperCase().replace('HTTP', 'http')}//`;
    await bothHear(owner, second);
  });

  test.each(['first', 'second'])('work both when the %s of them has a wrong address', async (which) => {
    credentialOf(second).apiBaseUrl = 'http://127.0.0.1:9';
    await (which === 'first' ? bothHear(second, owner) : bothHear(owner, second));
  });
});
