import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { eventually } from './harness/eventually';
import { outputOf } from './harness/executions';
import { START } from './harness/nodeTypes';
import { Stage, type Person } from './harness/stage';

let stage: Stage;
let owner: Person;
beforeAll(async () => {
  stage = await Stage.open();
});
beforeEach(async () => {
  owner = await stage.owner();
});
afterAll(() => stage.close());

const ITEM: INodeExecutionData[] = [{ json: {} }];
/** No pause: the emulator's throttle is off, and its clock is not the machine's. */
const send = async (text: string, options: IDataObject = {}, person = owner): Promise<IDataObject> => {
  const node = owner.sendText({ text, to: person.id, options: { pauseMs: 0, ...options } });
  return (await stage.n8n.execute(node, ITEM))[0]!.json;
};
const conversation = async (operation: string, parameters: IDataObject = {}): Promise<IDataObject[]> => {
  const node = owner.node({ resource: 'conversation', operation, ...parameters });
  return (await stage.n8n.execute(node, ITEM)).map(({ json }) => json);
};
const refusals = () => stage.server.dropped.filter(({ endpoint }) => endpoint === 'sendmessage');

describe('A conversation that is closed', () => {
  test('queues the eleventh message, and sends it when the user writes again', async () => {
    const outputs: IDataObject[] = [];
    for (let i = 1; i <= 11; i++) outputs.push(await send(`reply ${i}`));
    expect(outputs.map(({ outcome }) => outcome)).toEqual([...Array(10).fill('accepted'), 'queued']);
    expect(outputs[10]).toMatchObject({
      queued: { ids: [expect.any(Number)], expiresAt: expect.any(String) },
      conversation: { canSend: false, sendsLeft: 0, queued: 1 },
    });
    expect(owner.texts).toHaveLength(10);
    const before = refusals().length;

    await owner.writes('go on');
    await eventually(() => owner.texts.length === 11);
    expect(owner.texts[10]).toBe('reply 11');
    await eventually(async () => (await conversation('get'))[0]!.queued === 0);
    expect(await conversation('get')).toMatchObject([{ canSend: true, sendsLeft: 9 }]);
    // Nobody asked the server what was known: that the conversation was closed.
    expect(refusals()).toHaveLength(before);
  });

  test('queues the rest of a long text, in order, and merges it into as few messages as it can', async () => {
    for (let i = 1; i <= 8; i++) await send(`${i}`);
    const paragraphs = Array.from({ length: 4 }, (_, i) => `${'abcd '.repeat(25)}end of part ${i}.`);
    const output = await send(paragraphs.join('\n\n'), { maxCharacters: 150 });
    const parts = output.parts as IDataObject[];
    expect(parts.map(({ outcome }) => outcome)).toEqual(['accepted', 'accepted', 'queued', 'queued']);
    expect(output.outcome).toBe('queued');
    await send('and another');

    await owner.writes('go on');
    await eventually(() => owner.texts.length > 10);
    await eventually(async () => (await conversation('get'))[0]!.queued === 0);
    expect(owner.texts).toHaveLength(11);
    expect(owner.texts[10]).toBe(`${paragraphs[2]}\n${paragraphs[3]}\n\nand another`);
  });

  test('is an error, or is tried all the same, where the node says so', async () => {
    for (let i = 1; i <= 10; i++) await send(`${i}`);
    await expect(send('no', { whenClosed: 'error' })).rejects.toMatchObject({
      message: 'The conversation is closed until the user writes again',
      description: expect.stringContaining('If the Window Is Closed'),
    });
    const asked = stage.server.requests('sendmessage').length;
    await expect(send('really', { whenClosed: 'sendAnyway' })).rejects.toThrow('closed until the user');
    expect(stage.server.requests('sendmessage')).toHaveLength(asked + 1);
    expect(owner.texts).toHaveLength(10);
  });

  test('is open after all when the server takes a message that was sent anyway', async () => {
    await send('1', { quota: 1 });
    expect(await send('2', { quota: 1, whenClosed: 'sendAnyway' })).toMatchObject({ outcome: 'accepted' });
    stage.server.faults.add({ endpoint: 'sendmessage', ret: -2, errmsg: 'prepare failed' });
    stage.server.faults.add({ endpoint: 'getconfig', ret: -4 });
    await expect(send('3', { whenClosed: 'error' })).rejects.toThrow('closed');
    expect(await conversation('get')).toMatchObject([{ canSend: false }]);
    await send('4', { whenClosed: 'sendAnyway' });
    expect(await conversation('get')).toMatchObject([{ canSend: true }]);
  });

  test('asks the server once and then waits, when only the server knew', async () => {
    await send('one');
    stage.server.faults.add({ endpoint: 'sendmessage', ret: -2, errmsg: 'unknown error' });
    stage.server.faults.add({ endpoint: 'getconfig', ret: -4, times: 2 });
    expect(await send('two')).toMatchObject({ outcome: 'queued' });
    const asked = stage.server.requests('sendmessage').length;
    expect(await send('three')).toMatchObject({ outcome: 'queued' });
    expect(stage.server.requests('sendmessage')).toHaveLength(asked);
    await owner.writes('hi');
    await eventually(() => owner.texts.length === 2);
    expect(owner.texts[1]).toBe('two\n\nthree');
  });

  test('keeps what is refused for its context token until the user brings a new one', async () => {
    await send('one', { quota: 1 });
    await send('two', { quota: 1 });
    await owner.writes('again');
    await eventually(() => owner.texts.length === 2);
    stage.server.faults.add({ endpoint: 'sendmessage', ret: -2, errmsg: 'invalid context_token' });
    expect(await send('three')).toMatchObject({ outcome: 'queued', reasonCode: 'window_over' });
    expect(await send('four')).toMatchObject({ outcome: 'queued' });
    await owner.writes('and again');
    await eventually(() => owner.texts.length === 3);
    expect(owner.texts[2]).toBe('three\n\nfour');
  });

  test('does not keep what is refused for a context token that was given by name', async () => {
    const node = owner.sendText({ text: 'hi', to: owner.id, options: { contextToken: 'made up' } });
    await expect(stage.n8n.execute(node, ITEM)).rejects.toMatchObject({
      message: 'WeChat refused the request as invalid',
      description: expect.stringContaining('"Context Token"'),
    });
  });

  test('of one user holds up nobody else', async () => {
    const friend = owner.friend();
    await friend.writes('hello');
    await stage.n8n.execute(owner.sendText({ text: 'x', to: friend.id }), ITEM);
    for (let i = 1; i <= 10; i++) await send(`${i}`, {}, friend);
    expect(await send('still', {}, owner)).toMatchObject({ outcome: 'accepted' });
    expect((await conversation('getMany')).map(({ user_id, queued }) => [user_id, queued])).toEqual(
      expect.arrayContaining([
        [friend.id, 1],
        [owner.id, 0],
      ]),
    );
  });
});

describe('What waits', () => {
  const fill = async (): Promise<void> => {
    for (const text of ['1', 'a', 'b', 'c']) await send(text, { quota: 1 });
  };

  test('is listed with its text, and can be cancelled one by one or altogether', async () => {
    await fill();
    const listed = await conversation('listQueued', { userId: owner.id });
    expect(listed.map(({ text }) => text)).toEqual(['a', 'b', 'c']);
    expect(listed[0]).toMatchObject({ to_user_id: owner.id, type: 'text', queuedAt: expect.any(String) });
    const [first] = await conversation('cancelQueued', { queueIds: `${String(listed[1]!.id)}` });
    expect(first).toMatchObject({ cancelled: [{ text: 'b' }], stillQueued: 2 });
    const [all] = await conversation('cancelQueued');
    expect(all).toMatchObject({ cancelled: [{ text: 'a' }, { text: 'c' }], stillQueued: 0 });
    expect(await conversation('listQueued')).toEqual([]);
    await owner.writes('anything?');
    await send('no');
    expect(owner.texts).toEqual(['1', 'no']);
  });

  test('is told what is wrong with the numbers of what to cancel', async () => {
    await expect(conversation('cancelQueued', { queueIds: 'all of them' })).rejects.toMatchObject({
      message: 'Queue IDs has to be a list of numbers',
    });
  });

  test('becomes a status item of the trigger when it is sent', async () => {
    const active = await stage.n8n.activate([owner.trigger({ options: { statusItems: true } })]);
    await eventually(() => active.log.items.some(({ state }) => state === 'connected'));
    await fill();
    await owner.writes('go on');
    const sent = (): IDataObject | undefined => active.log.items.find(({ state }) => state === 'queued_sent');
    await eventually(() => sent() !== undefined);
    expect(sent()).toMatchObject({
      type: 'status',
      needsPerson: false,
      to_user_id: owner.id,
      outcome: 'accepted',
      message_id: owner.received.at(-1)!.message_id,
      queued: [{ text: 'a' }, { text: 'b' }, { text: 'c' }],
    });
    await active.deactivate();
  });

  test('does not start a workflow that did not ask for status items', async () => {
    const active = await stage.n8n.activate([owner.trigger()]);
    await eventually(() => active.log.items.length === 1);
    await fill();
    await owner.writes('go on');
    await eventually(() => owner.texts.length === 2);
    await owner.writes('and on');
    await eventually(() => active.log.items.length === 3);
    expect(active.log.items.map(({ type }) => type)).toEqual(['text', 'text', 'text']);
    await active.deactivate();
  });

  test('survives a flush that the network breaks, and arrives once', async () => {
    await fill();
    stage.server.faults.add({ endpoint: 'sendmessage', drop: 'after' });
    await owner.writes('go on');
    await eventually(() => owner.texts.length === 2);
    expect(owner.texts).toEqual(['1', 'a\n\nb\n\nc']);
    await eventually(async () => (await conversation('get'))[0]!.queued === 0);
    expect(owner.texts).toHaveLength(2);
  });

  test('goes out before what is sent next, so that the order stays', async () => {
    await fill();
    await owner.writes('go on');
    await send('next');
    await eventually(async () => (await conversation('get'))[0]!.queued === 0);
    // Whether it went out with the others or after them is a matter of milliseconds.
    expect(owner.texts.join('\n\n')).toBe('1\n\na\n\nb\n\nc\n\nnext');
  });
});

describe('A workflow that only sends', () => {
  test('learns from WeChat that the user has written, and keeps the message for a trigger that comes later', async () => {
    for (let i = 1; i <= 10; i++) await send(`${i}`);
    await owner.writes('for whoever listens');
    expect(await send('a notification')).toMatchObject({ outcome: 'accepted' });
    expect(owner.texts).toHaveLength(11);

    const active = await stage.n8n.activate([owner.trigger()]);
    await eventually(() => active.log.items.length === 2);
    expect(active.log.items.map(({ text }) => text)).toEqual(['hello', 'for whoever listens']);
    await active.deactivate();
  });

  test('never polls beside a trigger', async () => {
    const active = await stage.n8n.activate([owner.trigger()]);
    await eventually(() => active.log.items.length === 1);
    for (let i = 1; i <= 11; i++) await send(`${i}`);
    expect(stage.server.polls(owner.botId)).toBe(1);
    await active.deactivate();
  });
});

describe('After a new login of the same person', () => {
  test('what waits goes out, and the token of the old login is used no more', async () => {
    await send('1', { quota: 1 });
    expect(await send('waits', { quota: 1 })).toMatchObject({ outcome: 'queued' });
    const login = stage.server.bind({ user_id: owner.id });
    stage.n8n.credentials.stored.set(owner.credential, stage.credentialOf(login));
    // WeChat wants the user to write to the new bot first.
    expect(await send('waits, too')).toMatchObject({ outcome: 'queued', conversation: { canSend: false } });
    await stage.server.write({ bot_id: login.ilink_bot_id, user_id: owner.id, text: 'hello again' });
    const seen = () => stage.server.sees(login.ilink_bot_id, owner.id).filter(({ from }) => from === 'bot');
    await eventually(() => seen().length > 0);
    expect(seen().map(({ text }) => text)).toEqual(['waits\n\nwaits, too']);
  });
});

describe('A send that broke off', () => {
  const PARTS = ['first part', 'second part', 'third part'].map((part) => part.padEnd(140, '.'));
  const options = { maxCharacters: 150, pauseMs: 0 };
  const START_NODE = { name: 'Start', type: START };

  test('says of every part what became of it', async () => {
    await send('hello');
    stage.server.faults.add({ endpoint: 'sendmessage', skip: 1, ret: -99 });
    const output = await send(PARTS.join('\n\n'), { ...options, onRefused: 'continue' });
    expect((output.parts as IDataObject[]).map(({ outcome }) => outcome)).toEqual([
      'accepted',
      'refused',
      'not_sent',
    ]);
    expect(output).toMatchObject({ outcome: 'refused', reason: expect.stringContaining('not known') });
  });

  test('goes on from there when n8n tries the node again', async () => {
    stage.server.faults.add({ endpoint: 'sendmessage', skip: 1, ret: -99 });
    const node = owner.sendText({ text: PARTS.join('\n\n'), options }, { retryOnFail: true, maxTries: 2 });
    const run = await stage.n8n.run([START_NODE, node], ITEM);
    const [item] = outputOf(run, 'WeChat');
    expect(item!.json).toMatchObject({ outcome: 'accepted', resumedAfter: 1 });
    expect(item!.json.message_ids).toEqual(owner.received.map(({ message_id }) => message_id));
    expect(owner.texts).toEqual(PARTS);
    // Done is done: the same text again is another send.
    await stage.n8n.run([START_NODE, node], ITEM);
    expect(owner.texts).toEqual([...PARTS, ...PARTS]);
  });

  test('sends nothing again for the items that are done, when a later one makes n8n try the node again', async () => {
    stage.server.faults.add({ endpoint: 'sendmessage', skip: 2, ret: -99 });
    const node = owner.sendText({ text: '={{ $json.text }}' }, { retryOnFail: true, maxTries: 2 });
    const items = ['the same', 'the same', 'another'].map((text) => ({ json: { text } }));
    const run = await stage.n8n.run([START_NODE, node], items);
    expect(outputOf(run, 'WeChat').map(({ json }) => [json.outcome, json.resumedAfter])).toEqual([
      ['accepted', 1],
      ['accepted', 1],
      ['accepted', undefined],
    ]);
    expect(owner.texts).toEqual(['the same', 'the same', 'another']);
  });

  test('does not send twice what may have arrived', async () => {
    stage.server.faults.add({ endpoint: 'sendmessage', drop: 'after', times: 3 });
    const node = owner.sendText({ text: PARTS.join('\n\n'), options }, { retryOnFail: true, maxTries: 2 });
    const run = await stage.n8n.run([START_NODE, node], ITEM);
    expect(outputOf(run, 'WeChat')[0]!.json).toMatchObject({ outcome: 'accepted' });
    expect(owner.texts).toEqual(PARTS);
  });

  test('begins anew in another execution, which means it when it sends the same text', async () => {
    stage.server.faults.add({ endpoint: 'sendmessage', skip: 1, ret: -99 });
    const node = owner.sendText({ text: PARTS.join('\n\n'), options });
    await stage.n8n.run([START_NODE, node], ITEM);
    await stage.n8n.run([START_NODE, node], ITEM);
    expect(owner.texts).toEqual([PARTS[0], ...PARTS]);
  });

  test.each([
    ['a part was refused', { ret: -99 }, {}],
    ['a part was not confirmed', { body: '{"ret":0}' }, { onUnconfirmed: 'error' }],
    ['the answer got lost', { drop: 'after', times: 3 }, {}],
  ] as const)('is gone on with by a retry of the execution, once, when %s', async (_what, fault, more) => {
    stage.server.faults.add({ endpoint: 'sendmessage', skip: 1, ...fault });
    const drafts = [
      START_NODE,
      owner.sendText({ text: PARTS.join('\n\n'), options: { ...options, ...more } }),
    ];
    const id = `retried ${owner.botId}`;
    const failed = await stage.n8n.run(drafts, ITEM, id);
    expect(failed.data.resultData.error).toBeDefined();
    const retried = await stage.n8n.retry(drafts, failed, id);
    expect(outputOf(retried, 'WeChat')[0]!.json).toMatchObject({ outcome: 'accepted', resumedAfter: 1 });
    expect(owner.texts).toEqual(PARTS);
    // The same failed execution once more: its retry has sent everything.
    const again = await stage.n8n.retry(drafts, failed, id);
    expect(outputOf(again, 'WeChat')[0]!.json).toMatchObject({ outcome: 'accepted', resumedAfter: 3 });
    expect(again.data.resultData.runData.WeChat![0]!.hints).toMatchObject([
      { message: expect.stringContaining('Nothing was sent now') },
    ]);
    expect(owner.texts).toEqual(PARTS);
  });
});
