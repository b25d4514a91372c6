import type { IDataObject } from 'n8n-workflow';

import { eventually } from './harness/eventually';
import type { ActiveWorkflow } from './harness/n8n';
import { Stage, type Person } from './harness/stage';
import type { NodeDraft } from './harness/workflow';

let stage: Stage;
let owner: Person;
beforeAll(async () => {
  stage = await Stage.open();
});
beforeEach(() => {
  owner = stage.newOwner();
});
afterAll(() => stage.close());

/** Activates a workflow with only this trigger, lets something happen, and gives the items of the executions. */
async function itemsAfter(
  parameters: NodeDraft['parameters'],
  happen: (active: ActiveWorkflow) => Promise<unknown>,
  count: number,
): Promise<IDataObject[]> {
  const active = await stage.n8n.activate([owner.trigger(parameters)]);
  await happen(active);
  // The last message is one that passes every filter, so what was filtered out has been looked at by then.
  await eventually(() => active.log.items.length >= count);
  await active.deactivate();
  expect(active.log.items).toHaveLength(count);
  return active.log.items;
}

describe('The item of a message', () => {
  test('has the fields of the wire by their names, and what the AI nodes look for', async () => {
    let wire!: Record<string, unknown>;
    const [item] = await itemsAfter({}, async () => (wire = await owner.writes('Hello bot')), 1);
    expect(item).toEqual({
      type: 'text',
      text: 'Hello bot',
      message_id: wire.message_id,
      seq: wire.seq,
      client_id: wire.client_id,
      from_user_id: owner.id,
      to_user_id: owner.botId,
      create_time_ms: wire.create_time_ms,
      session_id: wire.session_id,
      message_type: 1,
      message_state: 2,
      context_token: wire.context_token,
      sessionId: owner.id,
      chatInput: 'Hello bot',
    });
  });

  test('has ids with all their digits, above what a number can hold', async () => {
    const [item] = await itemsAfter(
      {},
      () => owner.writes({ text: 'x', overrides: { message_id: '18446744073709551615' } }),
      1,
    );
    expect(item!.message_id).toBe('18446744073709551615');
  });

  test('is the same for a small id: always text', async () => {
    const [item] = await itemsAfter({}, () => owner.writes({ text: 'x', overrides: { message_id: '7' } }), 1);
    expect(item!.message_id).toBe('7');
  });

  const bytes = Buffer.from('not really a picture');
  test.each([
    ['image', {}, { size: expect.any(Number), aeskey: expect.stringMatching(/^[0-9a-f]{32}$/) }],
    ['voice', { playtime_ms: 2_500, transcript: 'call me back' }, { playtime_ms: 2_500, encode_type: 6 }],
    [
      'file',
      { name: 'Rechnung 发票.pdf' },
      { file_name: 'Rechnung 发票.pdf', size: bytes.length, md5: expect.any(String) },
    ],
    ['video', { playtime_ms: 3_000 }, { size: expect.any(Number), playtime_ms: 3_000 }],
  ] as const)('of type %s refers to the file and downloads nothing', async (kind, facts, expected) => {
    const [item] = await itemsAfter({}, () => owner.writes({ media: { kind, bytes, ...facts } }), 1);
    const transcript = 'transcript' in facts ? facts.transcript : '';
    const chatInput = transcript || expect.stringMatching(/^\[The user sent .*\]$/);
    expect(item).toMatchObject({ type: kind, text: transcript, chatInput });
    expect(item!.media).toEqual([
      {
        kind,
        ...expected,
        media: expect.objectContaining({
          encrypt_query_param: expect.any(String),
          full_url: expect.any(String),
        }),
      },
    ]);
    expect(stage.server.requests('cdn_download')).toEqual([]);
  });

  test('of a text with an image has both', async () => {
    const [item] = await itemsAfter(
      {},
      () => owner.writes({ text: 'look', media: { kind: 'image', bytes } }),
      1,
    );
    expect(item).toMatchObject({ type: 'image', text: 'look', media: [{ kind: 'image' }] });
  });

  test('with a quote has the quoted text, or the id when the phone sends only that', async () => {
    const earlier = { type: 1, text_item: { text: 'the earlier one' } };
    const items = await itemsAfter(
      {},
      async () => {
        await owner.writes({ text: 'this', quote: { message_item: earlier, title: 'Ann' } });
        await owner.writes({
          text: 'that',
          quote: { svr_id: '9007199254740995', partial_text: { start: 'e' } },
        });
      },
      2,
    );
    expect(items.map(({ quote }) => quote)).toEqual([
      { found: true, text: 'the earlier one', title: 'Ann' },
      { found: false, svr_id: '9007199254740995', partial_text: { start: 'e' } },
    ]);
  });

  test('of a message that nobody understands is there all the same, with the message as it came', async () => {
    const strange = {
      message_id: '9007199254740993',
      from_user_id: owner.id,
      item_list: [{ type: 99, new_item: { a: [1] } }],
    };
    const [item] = await itemsAfter({}, async () => stage.server.inject(owner.botId, strange), 1);
    expect(item).toMatchObject({
      type: 'unknown',
      text: '',
      from_user_id: owner.id,
      message_id: '9007199254740993',
    });
    expect(item!.raw).toEqual(strange);
  });

  test.each(['null', '42', '"text"', '[]', '{}', '{"item_list":{}}', '{"item_list":[null,7,{"type":1}]}'])(
    'of garbage such as %s does not keep the next message from coming',
    async (garbage) => {
      const items = await itemsAfter(
        {},
        async () => {
          stage.server.inject(owner.botId, garbage);
          await owner.writes('next');
        },
        2,
      );
      expect(items[1]).toMatchObject({ type: 'text', text: 'next' });
    },
  );

  test('has the message as it came when that is asked for', async () => {
    let wire!: object;
    const options = { options: { includeRaw: true } };
    const [item] = await itemsAfter(options, async () => (wire = await owner.writes('x')), 1);
    expect(item!.raw).toEqual(wire);
  });
});

describe('Which messages start the workflow', () => {
  const image = { media: { kind: 'image' as const, bytes: Buffer.from('x') } };

  test('those of the chosen types', async () => {
    const items = await itemsAfter(
      { messageTypes: ['image', 'voice'] },
      async () => {
        await owner.writes('a text');
        await owner.writes(image);
        await owner.writes({ media: { kind: 'file', bytes: Buffer.from('x') } });
        await owner.writes({ media: { kind: 'voice', bytes: Buffer.from('x') } });
      },
      2,
    );
    expect(items.map(({ type }) => type)).toEqual(['image', 'voice']);
  });

  test('those of the chosen senders, whose ids are compared letter by letter', async () => {
    const [friend, other] = [owner.friend(), owner.friend()];
    const items = await itemsAfter(
      { filters: { senders: `${friend.id.toUpperCase()}, ${other.id}；${owner.id}` } },
      async () => {
        await friend.writes('not me');
        await other.writes('me');
        await owner.writes('me, too');
      },
      2,
    );
    expect(items.map(({ text }) => text)).toEqual(['me', 'me, too']);
  });

  test('both filters hold together, and may come from expressions', async () => {
    const friend = owner.friend();
    const items = await itemsAfter(
      { messageTypes: '={{ ["text"] }}', filters: { senders: `={{ "${owner.id}" }}` } },
      async () => {
        await owner.writes(image);
        await friend.writes('x');
        await owner.writes('y');
      },
      1,
    );
    expect(items.map(({ text }) => text)).toEqual(['y']);
  });

  test('a message that comes twice starts it once', async () => {
    const active = await stage.n8n.activate([owner.trigger()]);
    const wire = await owner.writes('once');
    stage.server.inject(owner.botId, wire);
    await owner.writes('next');
    await eventually(() => active.log.items.length >= 2);
    await active.deactivate();
    expect(active.log.items.map(({ text }) => text)).toEqual(['once', 'next']);
    expect(active.log.duplicates).toHaveLength(0);
  });

  test('the key by which n8n knows a message names the workflow and the node, and fits', async () => {
    const active = await stage.n8n.activate([owner.trigger()]);
    const { message_id } = await owner.writes('x');
    await owner.writes({ text: 'x', overrides: { message_id: undefined } });
    await eventually(() => active.log.emits.length === 2);
    await active.deactivate();
    const [node] = Object.values(active.workflow.nodes);
    const scope = `wechat:${active.workflow.id}:${node!.id}:`;
    const keys = active.log.emits.map(({ deduplicationKey }) => deduplicationKey!);
    expect(keys[0]).toBe(`${scope}${message_id}`);
    expect(keys[1]).toMatch(new RegExp(`^${scope}[0-9a-f]{64}$`));
    for (const key of keys) expect(key.length).toBeLessThanOrEqual(255);
  });

  test('a message is answered by the same workflow', async () => {
    const active = await stage.n8n.activate([
      owner.trigger(),
      owner.sendText({ text: '={{ $json.text.toUpperCase() }}' }),
    ]);
    const friend = owner.friend();
    const { context_token } = await friend.writes('hi');
    await stage.server.waitFor((seen) => seen.length === 2, { bot_id: owner.botId, user_id: friend.id });
    await active.deactivate();
    expect(friend.texts).toEqual(['HI']);
    expect(friend.received[0]!.wire).toMatchObject({ context_token, to_user_id: friend.id });
    expect((await active.log.runs[0]!).status).toBe('success');
  });
});
