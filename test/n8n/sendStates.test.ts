import type { IDataObject, INodeExecutionData, INodeParameters } from 'n8n-workflow';

import { eventually } from './harness/eventually';
import { Stage, type Person } from './harness/stage';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterEach(() => {
  stage.server.faults.clear();
  stage.server.settings.throttlePerSecond = 0;
});
afterAll(() => stage.close());

const ITEM: INodeExecutionData[] = [{ json: {} }];
const send = async (person: Person, text: string, options: INodeParameters = {}): Promise<IDataObject> => {
  const node = person.sendText({ text, to: person.id, options });
  return (await stage.n8n.execute(node, ITEM))[0]!.json;
};
const listed = async (person: Person): Promise<IDataObject[]> => {
  const node = person.node({ resource: 'conversation', operation: 'listQueued', userId: person.id });
  return (await stage.n8n.execute(node, ITEM)).map(({ json }) => json);
};
const asked = (): number => stage.server.requests('sendmessage').length;

describe('A send says what it waits for', () => {
  test('keeps what is for somebody who has never written, and sends it with their first message', async () => {
    const owner = stage.newOwner();
    const before = asked();
    expect(await send(owner, 'welcome')).toMatchObject({
      outcome: 'queued',
      reasonCode: 'first_message',
      reason: 'The user has not written to this bot yet',
      next: expect.stringContaining('Ask the user to write'),
      conversation: { canSend: false, queued: 1, reasonCode: 'first_message' },
    });
    expect(await listed(owner)).toMatchObject([{ text: 'welcome', reasonCode: 'first_message' }]);
    expect(asked()).toBe(before);
    await owner.writes('hello');
    await eventually(() => owner.texts.length === 1);
  });

  test('fails with a token that is refused, also while the window is closed, and queues nothing', async () => {
    const owner = await stage.owner();
    await send(owner, 'one', { quota: 1 });
    expect(await send(owner, 'two', { quota: 1 })).toMatchObject({
      outcome: 'queued',
      reasonCode: 'quota_used',
    });
    // Another look than the one of a moment ago.
    await new Promise((resolve) => setTimeout(resolve, 3_100));
    stage.server.revoke(owner.botId);
    await expect(send(owner, 'three', { quota: 1 })).rejects.toThrow('no longer accepts the bot token');
    await eventually(async () => (await listed(owner))[0]?.reasonCode === 'token_refused');
    expect(await listed(owner)).toMatchObject([
      {
        text: 'two',
        reason: 'WeChat does not accept the bot token',
        next: expect.stringContaining('Log in'),
      },
    ]);
    const standing = owner.node({ resource: 'conversation', operation: 'get', to: owner.id });
    expect((await stage.n8n.execute(standing, ITEM))[0]!.json).toMatchObject({
      canSend: false,
      queued: 1,
      reasonCode: 'token_refused',
    });
  });

  test('says of what waits already that the token is refused, as soon as the poll finds that out', async () => {
    const owner = await stage.owner();
    await send(owner, 'one', { quota: 1 });
    await send(owner, 'two', { quota: 1 });
    stage.server.revoke(owner.botId);
    await eventually(async () => (await listed(owner))[0]?.reasonCode === 'token_refused');
  });

  test('takes a refusal while the window is open for a throttle, and not for a closed window', async () => {
    const owner = await stage.owner();
    await send(owner, 'one');
    stage.server.faults.add({ endpoint: 'sendmessage', ret: -2, errmsg: 'unknown error' });
    expect(await send(owner, 'two')).toMatchObject({
      outcome: 'queued',
      reasonCode: 'throttled',
      conversation: { canSend: false, sendsLeft: 9, throttledUntil: expect.any(String) },
    });
    await owner.writes('still here');
    await eventually(() => owner.texts.length === 2);
  });

  test('delivers all five of a run on a server that allows three in a second', async () => {
    const owner = await stage.owner();
    stage.server.settings.throttlePerSecond = 3;
    const items = Array.from({ length: 5 }, (_, i) => ({ json: { text: `${i}` } }));
    const output = await stage.n8n.execute(
      owner.sendText({ text: '={{ $json.text }}', to: owner.id }),
      items,
    );
    expect(output.map(({ json }) => json.outcome)).toEqual(Array(5).fill('accepted'));
    expect(owner.texts).toEqual(['0', '1', '2', '3', '4']);
  });

  test('makes no conversation of an id that the server does not know', async () => {
    const owner = await stage.owner();
    await send(owner, 'one');
    const wrong = owner.id.toUpperCase();
    const options = { contextToken: 'made-up' };
    for (const more of [{}, options]) {
      const node = owner.sendText({ text: 'x', to: wrong, options: more });
      await expect(stage.n8n.execute(node, ITEM)).rejects.toThrow('does not know this recipient');
    }
    const all = await stage.n8n.execute(owner.node({ resource: 'conversation', operation: 'getMany' }), ITEM);
    expect(all.map(({ json }) => json.user_id)).toEqual([owner.id]);
  });
});
