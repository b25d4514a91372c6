import type { INodeExecutionData } from 'n8n-workflow';

import { outputOf } from './harness/executions';
import { REPLACE, START } from './harness/nodeTypes';
import { Stage, type Person } from './harness/stage';

const START_NODE = { name: 'Start', type: START };

let stage: Stage;
let owner: Person;
beforeAll(async () => {
  stage = await Stage.open();
});
beforeEach(async () => {
  owner = await stage.owner();
});
afterAll(() => stage.close());

const items = (...texts: string[]): INodeExecutionData[] => texts.map((text) => ({ json: { text } }));

describe('Message → Send Text', () => {
  test('sends the text to the phone and says what became of it', async () => {
    const [output] = await stage.n8n.execute(owner.sendText({ text: 'Good morning ☀' }), items(''));
    expect(owner.texts).toEqual(['Good morning ☀']);
    const { message_id, client_id } = owner.received[0]!;
    expect(output!.json).toEqual({
      outcome: 'accepted',
      to_user_id: owner.id,
      message_id,
      client_id,
      message_ids: [message_id],
      client_ids: [client_id],
      parts: [{ type: 'text', outcome: 'accepted', message_id, client_id }],
      conversation: {
        canSend: true,
        sendsLeft: 9,
        windowClosesAt: expect.any(String),
        lastInboundAt: expect.any(String),
        queued: 0,
      },
      timing: {
        startedAt: expect.any(String),
        finishedAt: expect.any(String),
        durationMs: expect.any(Number),
      },
    });
    expect(BigInt(message_id) > BigInt(Number.MAX_SAFE_INTEGER)).toBe(true);
  });

  test('sends one message per item, in their order, and pairs each output with its item', async () => {
    const run = await stage.n8n.run(
      [START_NODE, owner.sendText({ text: '={{ $json.text }}' })],
      items('one', 'two', 'three'),
    );
    expect(owner.texts).toEqual(['one', 'two', 'three']);
    const output = outputOf(run, 'WeChat');
    expect(output.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }, { item: 2 }]);
    expect(output.map(({ json }) => json.message_id)).toEqual(owner.received.map((seen) => seen.message_id));
  });

  test('the answer of an AI agent is the text where nobody filled one in, and without one the error says so', async () => {
    await stage.n8n.execute(owner.sendText({}), [{ json: { output: '您好' } }]);
    expect(owner.texts).toEqual(['您好']);
    await expect(stage.n8n.execute(owner.sendText({}), items('hi'))).rejects.toMatchObject({
      message: 'The text is empty',
      description: expect.stringMatching(/answer of an AI Agent.* this item has no "output"/),
    });
  });

  test('a number as the text is sent as text', async () => {
    await stage.n8n.execute(owner.sendText({ text: '={{ 42 }}' }), items(''));
    expect(owner.texts).toEqual(['42']);
  });

  test('white space around and inside the text stays', async () => {
    await stage.n8n.execute(owner.sendText({ text: ' a\n\n  b ' }), items(''));
    expect(owner.texts).toEqual([' a\n\n  b ']);
  });

  test('an id that is missing from a server that normally gives one makes the send unconfirmed', async () => {
    const node = owner.sendText({ text: '={{ $json.text }}' });
    await stage.n8n.execute(node, items('known to give ids'));
    stage.server.faults.add({ endpoint: 'sendmessage', body: '{"ret":0}' });
    const [output] = await stage.n8n.execute(node, items('lost'));
    expect(output!.json).toMatchObject({ outcome: 'unconfirmed', parts: [{ outcome: 'unconfirmed' }] });
    expect(output!.json).not.toHaveProperty('message_id');
    expect(owner.texts).toEqual(['known to give ids']);
  });

  test('a lost answer is asked for again under the same client_id, and the phone shows the message once', async () => {
    stage.server.faults.add({ endpoint: 'sendmessage', drop: 'after' });
    const [output] = await stage.n8n.execute(owner.sendText({ text: 'once' }), items(''));
    expect(owner.texts).toEqual(['once']);
    expect(output!.json).toMatchObject({ outcome: 'accepted', message_id: owner.received[0]!.message_id });
  });

  test('a text that an earlier node made is sent, too', async () => {
    const run = await stage.n8n.run(
      [
        START_NODE,
        { name: 'Agent', type: REPLACE },
        owner.sendText({ text: '={{ $json.answer }}', to: owner.id }),
      ],
      items('hi'),
    );
    expect(run.data.resultData.error).toBeUndefined();
    expect(owner.texts).toEqual(['answer 0: hi']);
  });

  test('two sends in a row both answer the sender of the message', async () => {
    const friend = owner.friend();
    const incoming = await friend.writes('hi');
    const run = await stage.n8n.run(
      [
        owner.trigger(),
        owner.sendText({ text: 'first' }),
        owner.sendText({ text: 'second' }, { name: 'WeChat 2' }),
      ],
      [{ json: { from_user_id: friend.id, context_token: incoming.context_token } }],
    );
    expect(run.data.resultData.error).toBeUndefined();
    expect(friend.texts).toEqual(['first', 'second']);
  });

  test('a text that is too long for one message goes out as several, in order and whole', async () => {
    const paragraph = `${'很长的一段话，里面有很多字。'.repeat(30)}\n\n`;
    const [output] = await stage.n8n.execute(
      owner.sendText({ text: paragraph.repeat(10).trim() }),
      items(''),
    );
    expect(output!.json.parts).toHaveLength(owner.texts.length);
    expect(owner.texts.length).toBe(3);
    for (const text of owner.texts) expect(text!.length).toBeLessThanOrEqual(2_000);
    expect(owner.texts.join('').replace(/\s/g, '')).toBe(paragraph.repeat(10).replace(/\s/g, ''));
  });

  test('Markdown that phones do not show becomes readable, unless it is to stay as it is', async () => {
    const text = '##### Note\nSee [the docs](https://example.com/a)';
    for (const format of ['weChat', 'plain', 'asIs']) {
      await stage.n8n.execute(owner.sendText({ text, options: { format } }), items(''));
    }
    expect(owner.texts[0]).toBe('**Note**\nSee the docs (https://example.com/a)');
    expect(owner.texts[1]).toBe('Note\nSee the docs (https://example.com/a)');
    expect(owner.texts[2]).toBe(text);
  });

  test('says which parts arrived when a later one is refused', async () => {
    stage.server.faults.add({ endpoint: 'sendmessage', skip: 1, ret: -2, errmsg: 'prepare failed' });
    stage.server.faults.add({ endpoint: 'getconfig', ret: -4 });
    const text = 'word '.repeat(900);
    const failure = await stage.n8n
      .execute(owner.sendText({ text, options: { whenClosed: 'error' } }), items(''))
      .catch((error: Error) => error);
    expect(failure).toMatchObject({
      message: expect.stringMatching(/^Only the first 1 of 3 messages were sent: The conversation is closed/),
      description: expect.stringContaining(`Already sent: ${owner.received[0]!.message_id}`),
    });
    expect(owner.texts).toHaveLength(1);
  });
});
