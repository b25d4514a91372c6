import { join } from 'node:path';
import fc from 'fast-check';
import type { IDataObject, IRun, ITriggerFunctions } from 'n8n-workflow';

import { duplicateKeys } from '../../../bot/receive/duplicates';
import { BotInbox } from '../../../bot/receive/inbox';
import { ILinkClient } from '../../../ilink/client';
import { ILinkError } from '../../../ilink/errors';
import { readMessage } from '../../../ilink/incoming';
import { parseLossless } from '../../../ilink/json';
import { MAX_DEPTH } from '../../../ilink/updates/lexer';
import { ReplyReader } from '../../../ilink/updates/reading';
import { inSteps } from '../../../ilink/updates/steps';
import type { Transport } from '../../../ilink/transport';
import { handlerFor } from '../../../nodes/WeChat/trigger/handOver';
import { CONTENT_TYPES } from '../../../ilink/incoming-item';
import { Database } from '../../../store/sqlite/database';
import { SqliteStore } from '../../../store/sqlite/sqlite-store';
import { FakeClock } from '../../support/fake-clock';
import { removeTempFolders, tempFolder } from '../../support/temp-folder';

const BODIES = 10_000;
const BODIES_PER_RUN = 25;
/** The same bodies in every run; another number brings others. */
const SEED = 20_261_122;
const SUBSCRIBER = 'workflow:node';

/** JSON with numbers that JavaScript does not have: a text that starts with this is written as the number behind it. */
const NUMBER = '\u{1F522}';
const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown };
const toWire = (value: unknown): string =>
  JSON.stringify(value, (_key, field: unknown) =>
    typeof field === 'string' && field.startsWith(NUMBER) ? rawJSON(field.slice(NUMBER.length)) : field,
  ) ?? 'null';

const media = { encrypt_query_param: 'p', aes_key: 'k', encrypt_type: 1, full_url: 'http://127.0.0.1/x' };
const ITEMS = [
  { type: 1, text_item: { text: 'hello' } },
  { type: 2, image_item: { media, thumb_media: media, aeskey: '00'.repeat(16), mid_size: 32 } },
  { type: 3, voice_item: { media, encode_type: 6, playtime: 900, text: 'a transcript' } },
  { type: 4, file_item: { media, file_name: 'a.pdf', md5: 'm', len: '5' } },
  { type: 5, video_item: { media, video_size: 16, play_length: 3, video_md5: 'm' } },
  {
    type: 1,
    text_item: { text: 'this' },
    ref_msg: { title: 'Ann', message_item: { type: 1, text_item: {} } },
  },
  { type: 1, text_item: { text: 'that' }, ref_msg: { svr_id: '7', partial_text: { start: 'a' } } },
];

let count = 0;
/** A message as the server sends it, with ids of its own. */
function goodMessage(item_list: unknown[] = [{ type: 1, text_item: { text: `good ${count}` } }]) {
  count++;
  return {
    seq: count,
    message_id: `${NUMBER}${7_400_000_000_000_000_000n + BigInt(count)}`,
    from_user_id: `user${count % 3}@im.wechat`,
    to_user_id: 'b@im.bot',
    client_id: `phone-${count}`,
    create_time_ms: 1_700_000_000_000 + count,
    session_id: 'session',
    message_type: 1,
    message_state: 2,
    context_token: `context ${count}`,
    item_list,
  };
}

const strings = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom(
    '',
    '\0',
    'a\0b',
    '\ud800',
    '\udfff x',
    'x'.repeat(2_000),
    '__proto__',
    'constructor',
    '\u2028',
  ),
);
const numbers = fc.oneof(
  fc.double(),
  fc
    .constantFrom(
      '18446744073709551615',
      '-9007199254740993',
      '1e999',
      '-0',
      '0.1e-400',
      '9'.repeat(400),
      '1E+2',
    )
    .map((digits) => `${NUMBER}${digits}`),
);
const deep = fc.integer({ min: 1, max: 900 }).map((depth) => {
  let value: unknown = 'deep';
  for (let level = 0; level < depth; level++) value = level % 2 ? [value] : { item_list: value };
  return value;
});
const garbage: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom<unknown>(null, true, false, 0, 1, -1, [], {}, [null], [[]]) },
  { weight: 3, arbitrary: strings },
  { weight: 3, arbitrary: numbers },
  { weight: 3, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  { weight: 1, arbitrary: fc.dictionary(strings, fc.jsonValue({ maxDepth: 1 }), { maxKeys: 4 }) },
  { weight: 1, arbitrary: deep },
);

/** More than a message has before it is mutated. */
const MAX_PLACES = 100;

type Branch = Record<string, unknown>;
const isBranch = (value: unknown): value is Branch => typeof value === 'object' && value !== null;

interface Place {
  branch: Branch;
  key: string;
}

const sameJson = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** How many levels stand in each other. */
function depthOf(value: unknown): number {
  return isBranch(value) ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;
}

/** Every place in a message, also the deepest. */
function placesIn(value: unknown, places: Place[] = []): Place[] {
  if (!isBranch(value) || places.length > MAX_PLACES) return places;
  for (const key of Object.keys(value)) {
    places.push({ branch: value, key });
    placesIn(value[key], places);
  }
  return places;
}

interface Mutation {
  place: number;
  how: 'replace' | 'remove' | 'wrap' | 'repeat';
  by: unknown;
}

function mutate(message: unknown, { place, how, by: model }: Mutation): void {
  const places = placesIn(message);
  const { branch, key } = places[place % Math.max(places.length, 1)] ?? {};
  if (!branch || key === undefined) return;
  // A copy, or a later change of it could put it into itself.
  const by = structuredClone(model);
  if (how === 'remove') delete branch[key];
  else if (how === 'replace') branch[key] = by;
  else branch[key] = how === 'wrap' ? [branch[key]] : [branch[key], by, structuredClone(branch[key])];
}

const mutations = fc.array(
  fc.record({
    place: fc.nat(MAX_PLACES),
    how: fc.constantFrom<Mutation['how']>('replace', 'replace', 'remove', 'wrap', 'repeat'),
    by: garbage,
  }),
  { minLength: 1, maxLength: 4 },
);
/** Makes its message when it is called, so that each has ids of its own. */
type Maker = () => unknown;
const good: fc.Arbitrary<Maker> = fc.constant(() => goodMessage());
const mutant: fc.Arbitrary<Maker> = fc
  .tuple(fc.subarray(ITEMS, { minLength: 1, maxLength: 3 }), mutations)
  .map(([items, changes]) => () => {
    const message = structuredClone(goodMessage(structuredClone(items)));
    for (const change of changes) mutate(message, change);
    return message;
  });
const anything: fc.Arbitrary<Maker> = garbage.map((value) => () => value);
const messages = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: good },
    { weight: 4, arbitrary: mutant },
    { weight: 2, arbitrary: anything },
  ),
  { maxLength: 5 },
);
/** What stands beside the messages: as it should be, or anything, or nothing. */
const beside = fc.record(
  {
    ret: fc.oneof(fc.constant(0), garbage),
    errcode: fc.oneof(fc.constant(0), garbage),
    errmsg: garbage,
    get_updates_buf: fc.oneof(fc.constant('cursor'), garbage),
    longpolling_timeout_ms: fc.oneof(fc.constant(35_000), garbage),
    sync_buf: garbage,
  },
  { requiredKeys: [] },
);

interface Body {
  text: string;
  /** The list of messages, or nothing when there is no list. */
  msgs?: unknown[];
}
const listBody = fc.tuple(messages, beside).map(([makers, fields]) => (): Body => {
  const msgs = makers.map((make) => make());
  return { text: toWire({ ...fields, msgs }), msgs };
});
const oddBody = fc
  .oneof(
    fc.record({ msgs: garbage }),
    fc.tuple(garbage, beside).map(([msgs, rest]) => ({ ...rest, msgs })),
    garbage,
  )
  .map((value) => (): Body => ({ text: toWire(value) }));
const cutBody = fc.tuple(listBody, fc.nat(5_000)).map(([make, at]) => (): Body => {
  const { text } = make();
  return { text: text.slice(0, at % text.length) };
});
const bodies = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: listBody },
    { weight: 1, arbitrary: oddBody },
    { weight: 1, arbitrary: cutBody },
  ),
  { minLength: BODIES_PER_RUN, maxLength: BODIES_PER_RUN },
);

/** From the bytes of an answer to n8n's `emit`, with nothing left out but the network. */
class Line {
  readonly emitted: Array<{ json: IDataObject; key: string }> = [];
  private answer = Buffer.alloc(0);
  private lastSeq = 0;
  private readonly clock = new FakeClock();
  private readonly handler = handlerFor(
    this.context(),
    {
      types: new Set(),
      senders: new Set(),
      includeRaw: false,
      language: 'en',
      acknowledge: 'taken',
      order: 'parallel',
      concurrency: 100,
      retryDelayMs: 1_000,
      maxAttempts: 1,
      deadlineMs: 1_000,
      offersAgain: false,
      waitsForEnd: false,
      troubleAfterMs: 120_000,
      statusItems: false,
      showTyping: false,
    },
    this.clock,
  );
  private readonly client = new ILinkClient(
    { apiBaseUrl: 'http://127.0.0.1:9', botToken: 'token' },
    {
      transport: {
        exchange: async () => ({ status: 200, headers: {}, body: this.answer }),
      } as unknown as Transport,
      random: () => 1,
    },
  );

  constructor(
    private readonly store: SqliteStore,
    private readonly inbox: BotInbox,
  ) {}

  /** @returns the items that this answer brought, or that it was refused */
  async take(text: string): Promise<Array<{ json: IDataObject; key: string }> | 'refused'> {
    this.answer = Buffer.from(text, 'utf8');
    this.emitted.length = 0;
    const updates = await this.client.getUpdates('', 35_000).catch((error: unknown) => {
      if (!(error instanceof ILinkError)) throw error;
    });
    if (!updates) return 'refused';
    await this.inbox.keep(updates);
    for (const { seq } of await this.store.inbox.pending(SUBSCRIBER, this.lastSeq)) {
      const stored = await this.store.inbox.waiting(SUBSCRIBER, seq);
      if ((await this.handler.handle(stored!, 0)) !== 'done') throw new Error('It was not handed over');
      this.lastSeq = seq;
    }
    return this.emitted;
  }

  private context(): ITriggerFunctions {
    return {
      getWorkflow: () => ({ id: 'workflow' }),
      getNode: () => ({ id: 'node' }),
      emit: (
        [[item]]: [[{ json: IDataObject }]],
        _response: unknown,
        done: PromiseWithResolvers<IRun>,
        key: string,
      ) => {
        this.emitted.push({ json: item.json, key });
        done.resolve({ status: 'success' } as IRun);
      },
      helpers: { createDeferredPromise: () => Promise.withResolvers<IRun>() },
    } as unknown as ITriggerFunctions;
  }
}

describe('Whatever the server answers', () => {
  let line: Line;
  let store: SqliteStore;
  const reports: string[] = [];
  const seen = new Set<string>();

  beforeAll(async () => {
    // Nothing here is about a power failure, and ten thousand flushes of the disk take longer than all the rest.
    const exec = Database.prototype.exec;
    jest.spyOn(Database.prototype, 'exec').mockImplementation(function (this: Database, sql: string) {
      exec.call(this, sql.replace('synchronous = FULL', 'synchronous = OFF'));
    });
    store = SqliteStore.open(join(tempFolder(), 'wechat.sqlite'), 0, () => undefined);
    await store.inbox.subscribe(SUBSCRIBER, 'bot');
    const inbox = new BotInbox({
      bot: 'bot',
      earlierConnection: 'c',
      open: async () => ({ store, startedAt: 0, previousEnd: 0, lookFromStart: () => undefined }),
      clock: new FakeClock(),
      report: ({ code }) => reports.push(code),
    });
    line = new Line(store, inbox);
  });
  afterAll(() => store.close());
  afterAll(() => jest.restoreAllMocks());
  afterAll(removeTempFolders);

  /** Those that are no duplicates of others, in order, as they are after parsing. */
  function freshOf(msgs: unknown[]): unknown[] {
    return msgs
      .map((message) => parseLossless(toWire(message)))
      .filter((message) => depthOf(message) <= MAX_DEPTH)
      .filter(isNew);
  }

  function isNew(message: unknown): boolean {
    const keys = duplicateKeys(readMessage(message));
    const known = keys.some(({ key, windowMs }) => windowMs >= 0 && seen.has(key));
    for (const { key } of keys) seen.add(key);
    return !known;
  }

  /** What can be read of a body that is no list is known from then on, too. */
  async function note(text: string): Promise<void> {
    const { messages = [] } = await inSteps(new ReplyReader(Buffer.from(text)).read());
    messages.forEach(({ raw }) => isNew(raw));
  }

  /** Whether this is the item of that message. */
  function fits({ json, key }: { json: IDataObject; key: string }, message: unknown): boolean {
    const { message_id, item_list } = Object(message) as IDataObject & { item_list?: unknown };
    const [first] = (Array.isArray(item_list) ? item_list : []) as Array<(typeof ITEMS)[0] | null>;
    const text = first?.text_item?.text;
    const isGood = typeof text === 'string' && text.startsWith('good');
    return (
      (CONTENT_TYPES as readonly unknown[]).includes(json.type) &&
      key.length <= 255 &&
      sameJson(json.message_id, message_id) &&
      (!isGood || (json.type === 'text' && json.text === text)) &&
      (json.type !== 'unknown' || sameJson(json.raw, message))
    );
  }

  it('nothing fails, no message is lost beside another, and what nobody understands comes as it is', async () => {
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(bodies, async (makers) => {
        for (const make of makers) {
          const { text, msgs } = make();
          const items = await line.take(text);
          taken++;
          if (!msgs) {
            await note(text);
            continue;
          }
          const fresh = freshOf(msgs);
          if (items === 'refused') expect(fresh).toEqual([]);
          else if (items.length !== fresh.length || !items.every((item, index) => fits(item, fresh[index])))
            expect({ text, items }).toEqual({ text, items: fresh });
        }
      }),
      { numRuns: BODIES / BODIES_PER_RUN, endOnFailure: true, seed: SEED },
    );
    expect(taken).toBeGreaterThanOrEqual(BODIES);
    // Half a body, and what is nested too deeply, is kept as it came.
    expect(reports.filter((report) => report !== 'unreadable_kept')).toEqual([]);
  }, 60_000);
});
