import fc from 'fast-check';

import { readMessage } from '../../../../ilink/incoming';
import { ReplyReader, type Reading } from '../../../../ilink/updates/reading';
import { inSteps } from '../../../../ilink/updates/steps';

const message = (n: number): object => ({
  seq: n,
  message_id: `id-${n}`,
  from_user_id: 'u@im.wechat',
  client_id: `phone-${n}`,
  item_list: [{ type: 1, text_item: { text: `text [${n}] {"a":1} \\ "q" 你好` }, msg_id: `item-${n}` }],
  context_token: `ctx-${n}`,
});
const reply = (messages: unknown[]): string =>
  JSON.stringify({ ret: 0, msgs: messages, get_updates_buf: 'cursor-1', longpolling_timeout_ms: 35_000 });

const read = (body: string | Buffer): Promise<Reading> =>
  inSteps(new ReplyReader(Buffer.isBuffer(body) ? body : Buffer.from(body)).read());
const idsOf = ({ messages = [] }: Reading): unknown[] => messages.map(({ messageId }) => messageId);
/** The messages as they came. */
const rawOf = ({ messages }: Reading): unknown[] | undefined => messages?.map(({ raw }) => raw);

/** Reads all of it, and counts how often something else could have run meanwhile. How long a step takes is measured in bench/. */
function readCounting(body: Buffer): { reading: Reading; steps: number } {
  const reader = new ReplyReader(body).read();
  for (let steps = 0; ; steps++) {
    const { done, value } = reader.next();
    if (done) return { reading: value, steps };
  }
}

describe('A reply that is whole', () => {
  it('gives its messages and its fields, with the digits of their ids', async () => {
    const text = '{"ret":0,"msgs":[{"message_id":18446744073709551615,"seq":7}],"get_updates_buf":"c"}';
    expect(await read(text)).toEqual({
      fields: { ret: 0, get_updates_buf: 'c' },
      messages: [readMessage({ message_id: '18446744073709551615', seq: 7 })],
      unreadable: [],
      isReply: true,
    });
  });

  it.each(['{"ret":0,"msgs":[],"get_updates_buf":"c"}', reply([message(1)])])(
    'may begin with a byte order mark, as some programs write it: %s',
    async (text) => expect(await read(`\ufeff${text}`)).toEqual(await read(text)),
  );

  it('is read as JSON.parse reads it, whatever stands in it', () =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.jsonValue({ maxDepth: 4 })), fc.jsonValue(), async (msgs, other) => {
        const text = JSON.stringify({ other, msgs, ret: 0 }, undefined, msgs.length % 3);
        fc.pre(!/\d{16,}|[eE][+-]?\d|"(message_id|msg_id|svr_id)"/.test(text));
        // Short values that are no messages come once.
        const distinct = [...new Map(msgs.map((one) => [JSON.stringify(one), one])).values()];
        fc.pre(distinct.length === msgs.length);
        const reading = await read(text);
        const { fields, unreadable } = reading;
        // JSON has no -0, so the text decides.
        const parsed = JSON.parse(text) as { msgs: unknown[]; other: unknown };
        expect([rawOf(reading), fields.other, unreadable]).toEqual([parsed.msgs, parsed.other, []]);
      }),
    ));

  it.each([
    ['{}', undefined],
    ['{"ret":0}', undefined],
    ['{"msgs":null}', undefined],
    ['{"msgs":[]}', []],
    ['{"msgs":{}}', []],
    ['{"msgs":{"a":1}}', [{ a: 1 }]],
  ])('%s names these messages: %j', async (text, messages) =>
    expect(rawOf(await read(text))).toEqual(messages),
  );

  it.each(['<html>{"a":1}</html>', '[]', '42', 'null', '', 'upstream timed out', '{"status":"up"} trailing'])(
    'of something else, such as %s, is none',
    async (text) => expect(await read(text)).toMatchObject({ isReply: false, unreadable: [] }),
  );
});

describe('A reply that is damaged', () => {
  const FIVE = [1, 2, 3, 4, 5].map((n) => message(n));
  const whole = Buffer.from(reply(FIVE));

  it.each([0xff, 0x00, 0x20, 0x22, 0x7b, 0x7d, 0x2c, 0x5d, 0x5c])(
    'by the byte %i in any one place costs one message at the most, and what is lost is kept as it came',
    async (byte) => {
      for (let at = 0; at < whole.length; at++) {
        const body = Buffer.from(whole);
        body[at] = byte;
        const reading = await read(body);
        const ids = idsOf(reading).filter((id) => /^id-\d$/.test(String(id)));
        if (ids.length < 4) expect({ at, byte, ids }).toEqual({ at, byte, ids: 'four at least' });
        if (ids.length === 5 || reading.messages!.length === 5) continue;
        const kept = Buffer.concat(reading.unreadable.map(({ bytes }) => bytes)).toString('latin1');
        const missing = [1, 2, 3, 4, 5].find((n) => !ids.includes(`id-${n}`))!;
        // One of the two is whole, wherever the damage is.
        const isKept = kept.includes(`ctx-${missing}`) || kept.includes(`item-${missing}`);
        if (!isKept) expect({ at, byte, missing, kept }).toBe('kept');
      }
    },
    60_000,
  );

  it('by a byte that is gone, at any place, costs one message at the most', async () => {
    for (let at = 0; at < whole.length; at++) {
      const body = Buffer.concat([whole.subarray(0, at), whole.subarray(at + 1)]);
      const ids = idsOf(await read(body));
      expect([at, ids.length, ids.length >= 4]).toEqual([at, ids.length, true]);
    }
  });

  it('in two places costs two messages at the most', () =>
    fc.assert(
      fc.asyncProperty(
        fc.tuple(fc.nat(whole.length - 1), fc.nat(whole.length - 1)),
        fc.tuple(fc.nat(255), fc.nat(255)),
        async ([one, other], [a, b]) => {
          const body = Buffer.from(whole);
          body[one] = a;
          body[other] = b;
          expect(idsOf(await read(body)).length).toBeGreaterThanOrEqual(3);
        },
      ),
      { numRuns: 2_000, seed: 5 },
    ));

  it('gives the messages before the place where it was cut off, and keeps the rest', async () => {
    const text = reply(FIVE);
    const cut = text.slice(0, text.indexOf('"seq":4') + 20);
    const reading = await read(cut);
    expect(idsOf(reading)).toEqual(['id-1', 'id-2', 'id-3']);
    expect(reading.unreadable).toEqual([
      {
        reason: 'not_json',
        size: expect.any(Number),
        bytes: Buffer.from(cut.slice(cut.indexOf('{"seq":4'))),
      },
    ]);
  });

  it.each(['"seq":-', '"seq":1.', '"seq":', '"seq":01', '"seq":tru'])(
    'by a cut number or word, as in %s, keeps the cursor and the other messages',
    async (damage) => {
      const reading = await read(reply(FIVE).replace('"seq":2', damage));
      expect(idsOf(reading)).toEqual(['id-1', 'id-3', 'id-4', 'id-5']);
      expect(reading.fields).toMatchObject({ get_updates_buf: 'cursor-1' });
      expect(reading.unreadable).toHaveLength(1);
    },
  );

  it('by raw control characters in texts loses nothing: they are read', async () => {
    const text = reply(FIVE).replace('text [2]', 'line\n\ttwo\u0001');
    const { messages, unreadable } = await read(text);
    expect(unreadable).toEqual([]);
    expect(JSON.stringify(messages![1]!.raw)).toContain('line\\n\\ttwo\\u0001');
  });
});

describe('What is too much', () => {
  it.each([501, 2_350, 1_000_000])('%i levels in one message cost that message only', async (depth) => {
    const deep = `${'{"a":['.repeat(depth / 2)}1${']}'.repeat(depth / 2)}`;
    const text = reply([message(1), 'DEEP', message(3)]).replace('"DEEP"', `{"message_id":"2","x":${deep}}`);
    const reading = await read(text);
    expect(idsOf(reading)).toEqual(['id-1', 'id-3']);
    expect(reading.unreadable).toMatchObject([{ reason: 'too_deep' }]);
    expect(reading.unreadable[0]!.bytes.length).toBeLessThanOrEqual(64 * 1024);
    expect(reading.fields).toMatchObject({ get_updates_buf: 'cursor-1' });
  });

  it('brackets that never close take as many steps as there are of them, and not their square', () => {
    const stepsOf = (brackets: number): number =>
      readCounting(Buffer.from(`{"msgs":[${'[{"a":'.repeat(brackets)}`)).steps;
    const few = stepsOf(50_000);
    expect(few).toBeGreaterThan(0);
    expect(stepsOf(200_000)).toBeLessThan(6 * few);
  });

  it('a message of more than a megabyte is kept as its beginning', async () => {
    const huge = { message_id: 'huge', item_list: [{ type: 1, text_item: { text: 'x'.repeat(2_000_000) } }] };
    const reading = await read(reply([message(1), huge, message(3)]));
    expect(idsOf(reading)).toEqual(['id-1', 'id-3']);
    expect(reading.unreadable).toMatchObject([{ reason: 'too_large' }]);
    expect(reading.unreadable[0]!.size).toBeGreaterThan(2_000_000);
  });

  it('60 MB of {} are one, and they are read in steps', () => {
    const count = 20_000_000;
    const body = Buffer.alloc(count * 3 + 20, '{},');
    body.write('{"ret":0,"msgs":[');
    const end = ']}';
    body.fill(' ', 17, 21);
    body.write(end, body.length - end.length);
    body.write('{}', body.length - end.length - 2);
    const before = process.memoryUsage().heapUsed;
    const { reading, steps } = readCounting(body);
    expect(rawOf(reading)).toEqual([{}]);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(100_000_000);
    // Each of them counts as 80 bytes, of which 256 kB are a step.
    expect(steps).toBeGreaterThan(count / 4_000);
  }, 60_000);

  it('what is no message comes, but only so much of it', async () => {
    const strays = Array.from({ length: 5_000 }, (_, n) => ({ a: n, long: 'x'.repeat(40) }));
    const { messages, unreadable } = await read(reply(strays));
    expect(messages).toHaveLength(100);
    expect(unreadable).toHaveLength(100);
    expect(unreadable.at(-1)!.size).toBeGreaterThan(100_000);
  });

  it('100,000 messages all come, in steps', () => {
    const body = Buffer.from(reply(Array.from({ length: 100_000 }, (_, n) => message(n))));
    const { reading, steps } = readCounting(body);
    expect(reading.messages).toHaveLength(100_000);
    expect(steps).toBeGreaterThan(body.length / (256 * 1024));
  }, 30_000);
});
