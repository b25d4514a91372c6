import { randomBytes } from 'node:crypto';
import type { IDataObject } from 'n8n-workflow';

import type { PersonMessage } from '../../emulator';
import { eventually, nextTurn } from './harness/eventually';
import { outputOf } from './harness/executions';
import type { ActiveWorkflow } from './harness/n8n';
import { Stage, type Person } from './harness/stage';

const BYTES = randomBytes(3_000);

let stage: Stage;
let owner: Person;
let active: ActiveWorkflow;
beforeAll(async () => {
  stage = await Stage.open();
});
beforeEach(async () => {
  owner = stage.newOwner();
  active = await stage.n8n.activate([owner.trigger()]);
});
afterEach(async () => {
  stage.server.settings.quoteEndFrom = 'message';
  await active.deactivate();
});
afterAll(() => stage.close());

type Quote = NonNullable<PersonMessage['quote']>;

/** The item of the next message. */
async function itemOf(write: () => Promise<unknown>): Promise<IDataObject> {
  const before = active.log.items.length;
  await write();
  await eventually(() => active.log.items.length > before);
  return active.log.items[before]!;
}

const quoteOf = async (quote: Quote, person = owner): Promise<IDataObject> =>
  (await itemOf(() => person.writes({ text: 'about that', quote }))).quote as IDataObject;

describe('A quote that carries only an id', () => {
  test('of what the user wrote comes with its text and its writer', async () => {
    const earlier = await itemOf(() => owner.writes('the plan is good'));
    expect(await quoteOf({ svr_id: String(earlier.message_id) })).toEqual({
      found: true,
      text: 'the plan is good',
      svr_id: earlier.message_id,
      type: 'text',
      from: 'user',
      from_user_id: owner.id,
      create_time_ms: expect.any(Number),
    });
  });

  test('of one of its items, too', async () => {
    let id = '';
    await itemOf(async () => (id = (await owner.writes('the plan is good')).item_list[0]!.msg_id!));
    const quote = await quoteOf({ svr_id: id });
    expect(quote).toMatchObject({ found: true, text: 'the plan is good', from: 'user' });
  });

  test('of what the bot sent comes with its text', async () => {
    await itemOf(() => owner.writes('hi'));
    const [sent] = await stage.n8n.execute(owner.sendText({ text: 'Here is **the answer**', to: owner.id }), [
      { json: {} },
    ]);
    const quote = await quoteOf({ svr_id: String(sent!.json.message_id) });
    expect(quote).toMatchObject({ found: true, type: 'text', from: 'bot', svr_id: sent!.json.message_id });
    expect(quote.text).toBe(owner.received[0]!.text);
  });

  test.each(['image', 'file', 'video'] as const)(
    'of a %s comes with its file, which can be fetched',
    async (kind) => {
      const earlier = await itemOf(() => owner.writes({ media: { kind, bytes: BYTES, name: '图.bin' } }));
      const item = await itemOf(() =>
        owner.writes({ text: 'this one', quote: { svr_id: String(earlier.message_id) } }),
      );
      expect(item.quote).toMatchObject({ found: true, type: kind, media: earlier.media });
      const [output] = await stage.n8n.execute(owner.download({ filesOf: 'quote' }), [{ json: item }]);
      expect((await stage.n8n.bytesOf(output!.binary!.data!)).equals(BYTES)).toBe(true);
    },
  );

  test('of a file that the bot sent comes with that file', async () => {
    await itemOf(() => owner.writes('hi'));
    const data = await stage.n8n.file(BYTES, { mimeType: 'application/pdf', fileName: 'a.pdf' });
    const [sent] = await stage.n8n.execute(owner.sendMedia({ to: owner.id }), [
      { json: {}, binary: { data } },
    ]);
    const item = await itemOf(() =>
      owner.writes({ text: 'this one', quote: { svr_id: String(sent!.json.message_id) } }),
    );
    expect(item.quote).toMatchObject({
      found: true,
      type: 'file',
      from: 'bot',
      media: [{ file_name: 'a.pdf' }],
    });
    const [output] = await stage.n8n.execute(owner.download({ filesOf: 'quote' }), [{ json: item }]);
    expect((await stage.n8n.bytesOf(output!.binary!.data!)).equals(BYTES)).toBe(true);
  });

  test('of a voice message comes with its transcript', async () => {
    const earlier = await itemOf(() =>
      owner.writes({ media: { kind: 'voice', bytes: BYTES, transcript: '明天见' } }),
    );
    expect(await quoteOf({ svr_id: String(earlier.message_id) })).toMatchObject({
      type: 'voice',
      text: '明天见',
    });
  });

  test('that nobody knows says so, and the message is there all the same', async () => {
    expect(await quoteOf({ svr_id: '18446744073709551615' })).toEqual({
      found: false,
      svr_id: '18446744073709551615',
    });
  });

  test('of another conversation says nothing of it', async () => {
    const earlier = await itemOf(() => owner.writes('a secret'));
    expect(await quoteOf({ svr_id: String(earlier.message_id) }, owner.friend())).toEqual({
      found: false,
      svr_id: earlier.message_id,
    });
  });

  test('is understood while somebody tests in the editor, too', async () => {
    const earlier = await itemOf(() => owner.writes('the plan is good'));
    const readsBefore = stage.n8n.credentials.reads;
    const { run } = stage.n8n.testWorkflow([owner.trigger()]);
    await eventually(() => stage.n8n.credentials.reads > readsBefore);
    // The test listens as soon as its node has read the credential.
    await nextTurn();
    await owner.writes({ text: 'that', quote: { svr_id: String(earlier.message_id) } });
    const [item] = outputOf(await run, 'WeChat Trigger');
    expect(item!.json.quote).toMatchObject({ found: true, text: 'the plan is good' });
  });
});

describe.each(['message', 'part'] as const)('A quote of a part, its end counted from the %s,', (endFrom) => {
  beforeEach(() => (stage.server.settings.quoteEndFrom = endFrom));

  test.each(['two three one two three', 'three', '猫猫', 'one two three one two three, 猫猫'])(
    'comes with that part: %s',
    async (part) => {
      const whole = 'one two three one two three, 猫猫';
      const earlier = await itemOf(() => owner.writes(whole));
      expect(await quoteOf({ svr_id: String(earlier.message_id), part })).toMatchObject({
        found: true,
        text: part,
        fullText: whole,
        from: 'user',
        partial_text: { quotemd5: expect.any(String) },
      });
    },
  );
});
