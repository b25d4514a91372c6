import type { INodeExecutionData } from 'n8n-workflow';

import { eventually } from './harness/eventually';
import { outputOf } from './harness/executions';
import { REPLACE, START, TOOL_AGENT, UNPAIRED } from './harness/nodeTypes';
import { Stage, type Person } from './harness/stage';

const AGENT = { name: 'Agent', type: REPLACE };

let stage: Stage;
let owner: Person;
let friend: Person;
beforeAll(async () => {
  stage = await Stage.open();
});
beforeEach(async () => {
  owner = await stage.owner();
  friend = owner.friend();
});
afterAll(() => stage.close());

/** What the trigger gave for a message that this person just wrote. */
async function itemFrom(person: Person, text = 'hi'): Promise<INodeExecutionData> {
  const { context_token } = await person.writes(text);
  return { json: { text, from_user_id: person.id, context_token } };
}

const sentToken = (): unknown =>
  (stage.server.requests('sendmessage').at(-1)!.body as { msg: { context_token?: string } }).msg
    .context_token;

describe('To whom', () => {
  test('to the sender of the incoming item', async () => {
    await stage.n8n.execute(owner.sendText({ text: 'for you' }), [await itemFrom(friend)]);
    expect(friend.texts).toEqual(['for you']);
    expect(owner.texts).toEqual([]);
  });

  test("to the trigger's sender when a node in between put something else into the item", async () => {
    const item = await itemFrom(friend, 'weather?');
    const run = await stage.n8n.run(
      [owner.trigger(), AGENT, owner.sendText({ text: '={{ $json.answer }}' })],
      [item],
    );
    expect(run.data.resultData.error).toBeUndefined();
    expect(friend.texts).toEqual(['answer 0: weather?']);
    expect(sentToken()).toBe(item.json.context_token);
    expect(owner.texts).toEqual([]);
  });

  test('each of several items goes to its own sender', async () => {
    const other = owner.friend();
    const items = [await itemFrom(friend, 'a'), await itemFrom(other, 'b')];
    const run = await stage.n8n.run(
      [owner.trigger(), AGENT, owner.sendText({ text: '={{ $json.answer }}' })],
      items,
    );
    expect(run.data.resultData.error).toBeUndefined();
    expect([friend.texts, other.texts]).toEqual([['answer 0: a'], ['answer 1: b']]);
    expect(outputOf(run, 'WeChat').map(({ json }) => json.to_user_id)).toEqual([friend.id, other.id]);
  });

  test('one message whose items lost their pairing is still answered to its sender, not to the owner', async () => {
    const run = await stage.n8n.run(
      [
        owner.trigger(),
        { name: 'Split', type: REPLACE },
        // n8n gives up on pairing here only when several items came in.
        { name: 'Code', type: UNPAIRED },
        { name: 'Code 2', type: UNPAIRED },
        owner.sendText({ text: '={{ $json.answer }}' }),
      ],
      [await itemFrom(friend)],
    );
    expect(run.data.resultData.error).toBeUndefined();
    expect(friend.texts).toHaveLength(3);
    expect(owner.texts).toEqual([]);
  });

  test.each([
    ['directly behind the trigger', []],
    ['behind a node that put something else into the item', [{ name: 'Set', type: REPLACE }]],
  ])('as a tool of an agent %s, to the sender of the message', async (_where, between) => {
    const item = await itemFrom(friend, 'weather?');
    const tool = owner.sendText({ text: '={{ $json.said }}' }, { toolOf: 'Agent' });
    const run = await stage.n8n.run(
      [owner.trigger(), ...between, { name: 'Agent', type: TOOL_AGENT }, tool],
      [item],
    );
    expect(run.data.resultData.error).toBeUndefined();
    expect(owner.texts).toEqual([]);
    expect(friend.texts).toEqual([expect.stringMatching(/^the agent says: .*weather\?/)]);
    expect(sentToken()).toBe(item.json.context_token);
  });

  test('to the owner when no message came in', async () => {
    const run = await stage.n8n.run(
      [{ name: 'Start', type: START }, owner.sendText({ text: 'alarm' })],
      [{ json: {} }],
    );
    expect(run.data.resultData.error).toBeUndefined();
    expect(owner.texts).toEqual(['alarm']);
  });

  test('to the owner when another trigger than the WeChat Trigger started the workflow', async () => {
    const workflow = [{ ...owner.trigger(), disabled: true }, AGENT, owner.sendText({ text: 'alarm' })];
    const run = await stage.n8n.run(workflow, [{ json: {} }]);
    expect(run.data.resultData.error).toBeUndefined();
    expect(owner.texts).toEqual(['alarm']);
  });

  test('"To" wins over the sender, and white space around it does not count', async () => {
    await stage.n8n.execute(owner.sendText({ text: 'FYI', to: ` ${owner.id}\n` }), [await itemFrom(friend)]);
    expect(owner.texts).toEqual(['FYI']);
    expect(friend.texts).toEqual([]);
  });

  test('"To" can be another one for every item', async () => {
    const items = [await itemFrom(friend), await itemFrom(owner)];
    const node = owner.sendText({ text: '={{ $itemIndex }}', to: '={{ $json.from_user_id }}' });
    await stage.n8n.execute(node, items);
    expect([friend.texts, owner.texts]).toEqual([['0'], ['1']]);
  });

  test('without anybody to send to, the error says where to name somebody', async () => {
    stage.n8n.credentials.stored.get(owner.credential)!.ownerUserId = '';
    const sending = stage.n8n.execute(owner.sendText({ text: 'x' }), [{ json: {} }]);
    await expect(sending).rejects.toMatchObject({
      message: 'There is nobody to send to',
      description: expect.stringContaining('Fill in "To"'),
      context: { itemIndex: 0 },
    });
  });
});

describe('Which context token', () => {
  test('that of the item', async () => {
    const item = await itemFrom(friend);
    await friend.writes('and a newer one');
    await stage.n8n.execute(owner.sendText({ text: 'x' }), [item]);
    expect(sentToken()).toBe(item.json.context_token);
  });

  test('the one that is set wins over that of the item', async () => {
    const item = await itemFrom(friend);
    const { context_token: set } = await friend.writes('another');
    await stage.n8n.execute(owner.sendText({ text: 'x', options: { contextToken: set } }), [item]);
    expect(sentToken()).toBe(set);
    expect(set).not.toBe(item.json.context_token);
  });

  test("never that of somebody else's item", async () => {
    const item = await itemFrom(friend);
    await stage.n8n.execute(owner.sendText({ text: 'x', to: owner.id }), [item]);
    expect(sentToken()).not.toBe(item.json.context_token);
  });

  test('the last one that this n8n saw from the user, when the item has none', async () => {
    const active = await stage.n8n.activate([owner.trigger()]);
    await friend.writes('first');
    const { context_token: last } = await friend.writes('second');
    const { context_token: ownersLast } = await owner.writes('me, too');
    await eventually(() => active.log.items.some(({ context_token }) => context_token === ownersLast));
    await active.deactivate();

    await stage.n8n.execute(owner.sendText({ text: 'x', to: friend.id }), [{ json: {} }]);
    expect(sentToken()).toBe(last);
    await stage.n8n.execute(owner.sendText({ text: 'x' }), [{ json: {} }]);
    expect(sentToken()).toBe(ownersLast);
  });

  test('that of the newest message, although the item is from an older one', async () => {
    const item = await itemFrom(friend);
    const active = await stage.n8n.activate([owner.trigger()]);
    const { context_token: newest } = await friend.writes('newer');
    await eventually(() => active.log.items.some(({ context_token }) => context_token === newest));
    await active.deactivate();
    await stage.n8n.execute(owner.sendText({ text: 'x' }), [item]);
    expect(sentToken()).toBe(newest);
  });

  test('the one that waits at WeChat, when no workflow listens and none is known', async () => {
    const { context_token: waiting } = await owner.writes('nobody hears this');
    await stage.n8n.execute(owner.sendText({ text: 'x' }), [{ json: {} }]);
    expect(sentToken()).toBe(waiting);
    expect(owner.texts).toEqual(['x']);
  });

  test('none at all when there is none; then the server decides', async () => {
    const silent = owner.friend();
    await stage.n8n
      .execute(owner.sendText({ text: 'x', to: silent.id, options: { whenClosed: 'sendAnyway' } }), [
        { json: {} },
      ])
      .catch(() => undefined);
    expect(sentToken()).toBeUndefined();
  });
});
