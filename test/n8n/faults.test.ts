import { createServer, connect, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

import type { Fault, WireMessage } from '../../emulator';
import { removeTempFolders } from '../support/temp-folder';
import { eventually } from './harness/eventually';
import { REPLACE } from './harness/nodeTypes';
import { TestProcess, type Heard } from './harness/process';
import { Stage, type Person } from './harness/stage';

const DAY_MS = 86_400_000;
const HOLD_MS = 35_000;
const LIMIT_MS = 45_000;

let stage: Stage;
let owner: Person;
let process_: TestProcess;
let heard: Heard;

beforeAll(async () => {
  stage = await Stage.open();
});
beforeEach(async () => {
  owner = stage.newOwner();
  process_ = new TestProcess(stage);
  heard = await process_.listen(owner, { statusItems: true });
  await eventually(() => polls() === 1);
});
afterEach(async () => {
  stage.server.faults.clear();
  Object.assign(stage.server.settings, { announceHold: true, holdMs: HOLD_MS });
  await process_.stop();
});
afterAll(() => stage.close());
afterAll(removeTempFolders);

const polls = (): number => stage.server.polls(owner.botId);
const requests = () => stage.server.requests('getupdates').filter(({ bot_id }) => bot_id === owner.botId);
const lastOutcome = () => stage.server.requests('getupdates').at(-1)!.outcome;
const pollCount = (): number => stage.server.requests('getupdates').length;
const fault = (more: Omit<Fault, 'endpoint'>): void =>
  stage.server.faults.add({ endpoint: 'getupdates', ...more });
const faultsOver = (): boolean => stage.server.faults.pending().length === 0;
/** Everything that came, once and in order. */
const hears = async (...texts: string[]): Promise<void> => {
  await process_.until(() => heard.texts.length >= texts.length);
  await eventually(() => polls() === 1);
  expect(heard.texts).toEqual(texts);
  expect(heard.log.duplicates).toEqual([]);
};

/** Time passes here and there, until the server ends the poll that it holds. */
async function holdEnds(): Promise<void> {
  await process_.clock.advance(HOLD_MS);
  stage.server.clock.advance(HOLD_MS);
}

/** A first message ends the poll that is held, so that the next one meets the fault; more come while it lasts. */
async function through(more: Omit<Fault, 'endpoint'>, ...meanwhile: string[]): Promise<void> {
  fault(more);
  await owner.writes('first');
  await process_.until(() => heard.texts.length === 1);
  await eventually(() => heard.states.length > 0);
  for (const text of meanwhile) await owner.writes(text);
  await process_.until(faultsOver);
}

describe('A fault that lasts', () => {
  test.each([
    ['HTTP 404', { status: 404 }, 'There is no iLink API at this address'],
    ['HTTP 401', { status: 401 }, 'Access was denied'],
    ['HTTP 503', { status: 503 }, "WeChat's server had a problem"],
    ['something that is no iLink server', { body: 'html' }, 'The answer did not come from the iLink API'],
    ['no connection', { drop: 'before' }, 'WeChat could not be reached'],
  ] as const)(
    '%s: is a failed execution and a status item after two minutes, and its end is told, too',
    async (_what, more, reason) => {
      await owner.writes('first');
      await process_.until(() => heard.states.length === 1);
      fault({ ...more, times: 1_000 });
      await owner.writes('second');
      await process_.until(() => heard.log.failedExecutions.length > 0);
      expect(heard.log.failedExecutions).toMatchObject([{ message: expect.stringContaining(reason) }]);
      // Not at one stroke: the server needs real time to answer, and a poll that it still has would take the next message.
      const told = process_.clock.now();
      await process_.until(() => process_.clock.now() - told >= 10 * 60_000);
      expect(heard.statuses.map(({ state, reason: why }) => [state, why])).toEqual([
        ['connected', undefined],
        ['retrying', expect.stringContaining(reason)],
      ]);
      stage.server.faults.clear();
      await owner.writes('third');
      await process_.until(() => heard.states.length === 3);
      expect(heard.statuses[2]).toMatchObject({ state: 'connected', after: expect.stringContaining(reason) });
      expect(heard.log.failedExecutions).toHaveLength(1);
    },
  );

  test('is over in an execution that runs nothing of the workflow when nobody asked for status items', async () => {
    const plain = await process_.listen(
      owner,
      { troubleAfter: 1 },
      { after: [{ name: 'Next', type: REPLACE }] },
    );
    fault({ status: 404, times: 1_000 });
    await owner.writes('first');
    await process_.until(() => plain.log.failedExecutions.length === 1);
    stage.server.faults.clear();
    await owner.writes('second');
    await process_.until(() => plain.log.emits.some(({ data }) => data.length === 2));
    const { data } = plain.log.emits.find((emit) => emit.data.length === 2)!;
    expect(data).toMatchObject([
      [],
      [{ json: { type: 'status', state: 'connected', message: 'Connected to WeChat again' } }],
    ]);
    const run = await plain.log.runs[plain.log.emits.findIndex((emit) => emit.data.length === 2)]!;
    expect(run.status).toBe('success');
    expect(Object.keys(run.data.resultData.runData)).toEqual(['WeChat Trigger']);
  });

  test('a login that lapsed without a code is told with what to do, and so is that it works again', async () => {
    stage.server.settingsFor({ bot_id: owner.botId }, { lapsed: 'absent' });
    await process_.until(() => heard.states.length === 0 || stage.server.polls(owner.botId) === 1);
    for (let poll = 0; poll < 6; poll++) {
      const before = pollCount();
      await eventually(() => polls() === 1);
      stage.server.clock.advance(HOLD_MS);
      await process_.until(() => pollCount() > before);
    }
    await process_.until(() => heard.states.includes('suspect'));
    expect(heard.statuses.at(-1)).toMatchObject({
      needsPerson: true,
      next: expect.stringContaining('log in again'),
    });
    expect(heard.log.failedExecutions).toMatchObject([
      { message: expect.stringContaining('may have lapsed') },
    ]);
    stage.server.settingsFor({ bot_id: owner.botId }, { lapsed: 'no' });
    await owner.writes('it works again');
    await process_.until(() => heard.texts.length === 1);
    expect(heard.statuses.at(-1)).toMatchObject({ state: 'connected' });
  });
});

describe('A fault of the server or the network', () => {
  test.each([500, 502, 503, 529])(
    'HTTP %i three times in a row: tried again, and it passes in silence',
    async (status) => {
      await through({ status, times: 3 }, 'second', 'third');
      await hears('first', 'second', 'third');
      expect(heard.states).toEqual(['connected']);
      expect(heard.log.failedExecutions).toEqual([]);
    },
  );

  test('a gateway that answers 524 at once is a failure like any other', async () => {
    await through({ status: 524 }, 'second');
    await hears('first', 'second');
    expect(heard.states).toEqual(['connected']);
  });

  test('a gateway that ends the hold with 524 after 16 s is an empty poll, and the next one follows at once', async () => {
    fault({ status: 524, delayMs: 16_000, times: 3 });
    await owner.writes('first');
    await eventually(() => heard.texts.length === 1);
    for (let gateway = 0; gateway < 3; gateway++) {
      await eventually(() => lastOutcome() === 'pending');
      const before = pollCount();
      // Together: of a gateway whose time runs ahead of ours, the wrong time would be learnt.
      for (let second = 0; second < 16; second++) {
        await process_.clock.advance(1_000);
        stage.server.clock.advance(1_000);
      }
      await eventually(() => pollCount() === before + 1);
    }
    await owner.writes('second');
    await hears('first', 'second');
    expect(heard.states).toEqual(['connected']);
  });

  test('a connection that is cut before the server has processed the poll', async () => {
    await through({ drop: 'before', times: 2 }, 'second');
    await hears('first', 'second');
    expect(heard.states).toEqual(['connected']);
  });

  test('a connection that is cut after it: only what was in that answer is gone, as the protocol has it', async () => {
    fault({ drop: 'after' });
    await owner.writes('first');
    await eventually(() => heard.texts.length === 1 && polls() === 1);
    await owner.writes('taken by the server into the answer that it cuts');
    await process_.until(() => faultsOver() && polls() === 1);
    await owner.writes('second');
    await hears('first', 'second');
    expect(heard.states).toEqual(['connected']);
  });

  test('a connection that is cut at the end of an empty hold', async () => {
    fault({ drop: 'after' });
    await owner.writes('first');
    await eventually(() => heard.texts.length === 1 && polls() === 1);
    stage.server.clock.advance(HOLD_MS);
    await owner.writes('second');
    await hears('first', 'second');
  });

  test.each([
    ['JSON that is cut off', { body: 'truncated', process: false }],
    ['a page of a proxy in the place of JSON', { body: 'html' }],
    ['a page of a proxy with an error', { body: 'html', status: 407 }],
    ['JSON that is no object', { body: '[]' }],
    ['a redirect', { status: 302, body: '' }],
  ] as const)('%s', async (_what, more) => {
    await through({ times: 2, ...more }, 'second');
    await hears('first', 'second');
    expect(heard.states).toEqual(['connected']);
    expect(heard.log.failedExecutions).toEqual([]);
  });

  test('an answer full of messages that is cut off: those that come after it are all there', async () => {
    fault({ body: 'truncated' });
    await owner.writes('first');
    await eventually(() => heard.texts.length === 1 && polls() === 1);
    await owner.writes('cut in half');
    await process_.until(() => faultsOver() && polls() === 1);
    await owner.writes('second');
    await hears('first', 'second');
  });

  test('an empty answer at once, over and over: the polls become rare, and the next message is soon there', async () => {
    fault({ ret: 0, times: 15 });
    await owner.writes('first');
    const [before, since] = [pollCount(), process_.clock.now()];
    await process_.until(faultsOver);
    expect(pollCount() - before).toBeLessThanOrEqual(16);
    expect(process_.clock.now() - since).toBeGreaterThan(45_000);
    await owner.writes('second');
    await hears('first', 'second');
    // Neither messages nor a cursor, again and again: the login may have lapsed, until the next message shows that it has not.
    expect(heard.states).toEqual(['connected', 'suspect', 'connected']);
  });

  test('the same messages at once, over and over: the polls become rare, too', async () => {
    const wire = await owner.writes('first');
    await eventually(() => heard.texts.length === 1 && polls() === 1);
    fault({ body: JSON.stringify({ ret: 0, msgs: [wire] }), times: 10 });
    stage.server.inject(owner.botId, wire);
    const since = process_.clock.now();
    await process_.until(faultsOver);
    expect(process_.clock.now() - since).toBeGreaterThan(20_000);
    await owner.writes('second');
    await hears('first', 'second');
  });

  test('a hold that is longer than was asked for: the poll is made anew, then waited for longer, and nothing is said', async () => {
    Object.assign(stage.server.settings, { announceHold: false, holdMs: 60_000 });
    await owner.writes('first');
    await eventually(() => heard.texts.length === 1 && polls() === 1);
    let before = pollCount();
    await process_.clock.advance(LIMIT_MS);
    await eventually(() => pollCount() === before + 1 && polls() === 1);
    before = pollCount();
    await process_.clock.advance(60_000);
    stage.server.clock.advance(60_000);
    await eventually(() => pollCount() === before + 1 && polls() === 1);
    await owner.writes('second');
    await hears('first', 'second');
    expect(heard.states).toEqual(['connected']);
  });

  test('silence beyond the hold: the poll is given up after 45 s and made anew', async () => {
    fault({ silence: true });
    await owner.writes('first');
    await stage.answered('getupdates', 'fault: silence');
    const since = process_.clock.now();
    await owner.writes('second');
    await hears('first', 'second');
    expect(process_.clock.now() - since).toBeGreaterThanOrEqual(LIMIT_MS);
    expect(process_.clock.now() - since).toBeLessThan(LIMIT_MS + 1_000);
    expect(heard.states).toEqual(['connected']);
  });

  test('silence for good is said, although each poll alone could be a connection that died', async () => {
    fault({ silence: true, times: 4 });
    await owner.writes('first');
    await process_.until(() => heard.states.length === 2);
    expect(heard.statuses[1]).toMatchObject({ state: 'retrying', reason: 'WeChat did not answer in time' });
    await owner.writes('second');
    await hears('first', 'second');
    expect(heard.states).toEqual(['connected', 'retrying', 'connected']);
  });
});

/** A way to the server that can die as networks do: nothing goes through any more, and nobody is told. */
class Relay {
  private readonly server: Server;
  private readonly pairs = new Set<[Socket, Socket]>();
  accepted = 0;

  constructor(apiUrl: string) {
    const { hostname, port } = new URL(apiUrl);
    this.server = createServer((near) => {
      this.accepted++;
      const far = connect(Number(port), hostname);
      this.pairs.add([near, far]);
      for (const socket of [near, far]) socket.on('error', () => undefined);
      near.pipe(far);
      far.pipe(near);
    });
  }

  async start(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Every connection of now is dead. */
  freeze(): void {
    for (const [near, far] of this.pairs) {
      near.unpipe(far);
      far.unpipe(near);
      // Read on, so that the close of one side is not held back by the bytes before it; it just goes nowhere.
      near.resume();
      far.resume();
    }
  }

  stop(): void {
    for (const pair of this.pairs) for (const socket of pair) socket.destroy();
    this.server.close();
  }
}

test('A connection that died without closing is noticed, and a new one takes its place', async () => {
  const relay = new Relay(stage.server.apiUrl);
  const person = stage.newOwner();
  stage.n8n.credentials.stored.get(person.credential)!.apiBaseUrl = await relay.start();
  const process = new TestProcess(stage);
  const ear = await process.listen(person);
  await eventually(() => stage.server.polls(person.botId) === 1);
  await person.writes('first');
  await eventually(() => ear.texts.length === 1 && stage.server.polls(person.botId) === 1);
  const before = relay.accepted;
  relay.freeze();
  // The server ends its hold into the void, and what is written then waits for a poll.
  stage.server.clock.advance(HOLD_MS);
  await eventually(() => stage.server.polls(person.botId) === 0);
  await person.writes('second');
  expect(relay.accepted).toBe(before);
  const since = process.clock.now();
  await process.until(() => ear.texts.length === 2);
  // The time of the test goes on while the new connection is made.
  expect(process.clock.now() - since).toBeLessThan(LIMIT_MS + 1_000);
  expect(relay.accepted).toBeGreaterThan(before);
  expect(ear.texts).toEqual(['first', 'second']);
  await process.stop();
  relay.stop();
});

describe('A duplicate', () => {
  const laterMs = {
    '1 s later': 1_000,
    '11 s later': 11_000,
    '30 min later': 1_800_000,
    '50 min later': 3_000_000,
  };
  const times = Object.entries(laterMs);
  const under = (wire: WireMessage, more: object): void =>
    stage.server.inject(owner.botId, { ...wire, ...more });
  const sorts: Array<[string, (wire: WireMessage) => void]> = [
    ['with the same id', (wire) => under(wire, {})],
    ['with a new id and token', (wire) => under(wire, { message_id: '77', context_token: 'new' })],
    ['with a new id and only its client_id', (wire) => under(wire, { message_id: '78', seq: undefined })],
    ['with a new id and only its seq', (wire) => under(wire, { message_id: '79', client_id: 'another' })],
    ['without an id', (wire) => under(wire, { message_id: undefined, context_token: 'new' })],
  ];

  const cursor = () => (requests().at(-1)!.body as { get_updates_buf: string }).get_updates_buf;
  /** What is put into the next answer is kept: the poll after it brings the cursor that came along. */
  async function reaches(listener: TestProcess, act: () => void): Promise<void> {
    const before = cursor();
    act();
    await listener.until(() => polls() === 1 && cursor() !== before);
  }

  test.each(sorts.flatMap(([sort, repeat]) => times.map(([when, ms]) => [sort, when, repeat, ms] as const)))(
    '%s, %s, is handled once',
    async (_sort, _when, repeat, ms) => {
      const wire = await owner.writes('ok');
      await eventually(() => heard.texts.length === 1 && polls() === 1);
      // The poll goes on being held: one that is made anew meanwhile might take the duplicate with it, and then none would come.
      process_.clock.set(ms);
      await reaches(process_, () => repeat(wire));
      await owner.writes('next');
      await hears('ok', 'next');
    },
  );

  test.each(sorts)('%s is known also after a restart', async (_sort, repeat) => {
    const wire = await owner.writes('ok');
    await eventually(() => heard.texts.length === 1 && polls() === 1);
    await process_.stop();
    await eventually(() => polls() === 0);
    const next = new TestProcess(stage, process_);
    next.clock.set(3_000_000);
    const again = await heard.again(next);
    await eventually(() => polls() === 1);
    await reaches(next, () => repeat(wire));
    await owner.writes('next');
    await next.until(() => heard.texts.length === 2);
    expect(heard.texts).toEqual(['ok', 'next']);
    await again.listening.close();
  });

  test('is known by its id alone after hours in which the store was pruned', async () => {
    const wire = await owner.writes('ok');
    await eventually(() => heard.texts.length === 1 && polls() === 1);
    // Polls go on, and between them so much time passes that the store is pruned again and again.
    for (let round = 0; round < 40; round++) {
      const before = pollCount();
      process_.clock.set(5 * 60_000);
      await process_.clock.advance(20_000);
      stage.server.clock.advance(HOLD_MS);
      await process_.until(() => pollCount() > before && polls() === 1);
    }
    await reaches(process_, () => under(wire, { client_id: 'another', seq: 999, item_list: [] }));
    await owner.writes('next');
    await hears('ok', 'next');
  });

  test.each([
    ['and numbers of their own', {}],
    ['and neither client_id nor seq', { client_id: undefined, seq: undefined }],
  ])(
    'is not the other one of two messages of one millisecond with equal content, ids of their own %s',
    async (_what, more) => {
      const wire = await owner.writes('ok');
      await eventually(() => heard.texts.length === 1 && polls() === 1);
      const twin = { client_id: 'twin', seq: 9_001, ...more };
      await reaches(process_, () => under(wire, { message_id: '501', ...twin }));
      await reaches(process_, () =>
        under(wire, { message_id: '502', ...twin, ...(twin.seq && { client_id: 'other', seq: 9_002 }) }),
      );
      await reaches(process_, () => under(wire, { message_id: '502', ...twin }));
      await owner.writes('next');
      await hears('ok', 'ok', 'ok', 'next');
    },
  );

  test('is not what a person writes twice', async () => {
    for (let time = 0; time < 3; time++) await owner.writes('ok');
    await hears('ok', 'ok', 'ok');
  });
});

describe('A token that is refused', () => {
  test('is said as a login that is needed, when it never worked', async () => {
    const stranger = stage.newOwner();
    stage.server.revoke(stranger.botId);
    const ear = await process_.listen(stranger, { statusItems: true });
    await process_.until(() => ear.states.length === 1);
    expect(ear.statuses[0]).toMatchObject({ state: 'login_needed', needsPerson: true });
    expect(String(ear.statuses[0]!.next)).toContain('Log in again with a QR code');
    expect(ear.log.failedExecutions).toHaveLength(1);
  });

  test('is said as taken over, when it worked before; the new login goes on where the old one ended', async () => {
    await owner.writes('hello');
    await eventually(() => heard.texts.length === 1 && polls() === 1);
    const login = stage.server.bind({ user_id: owner.id });
    await process_.until(() => heard.states.includes('taken_over'));
    expect(heard.statuses.at(-1)).toMatchObject({ state: 'taken_over', needsPerson: true });
    expect(heard.log.failedExecutions).toHaveLength(1);

    stage.n8n.credentials.stored.set(owner.credential, stage.credentialOf(login));
    // Numbers start anew with a login, and people say the same again.
    await stage.server.write({ bot_id: login.ilink_bot_id, user_id: owner.id, text: 'hello' });
    await stage.server.write({ bot_id: login.ilink_bot_id, user_id: owner.id, text: 'are you there?' });
    await process_.until(() => heard.texts.length === 3);
    expect(heard.texts).toEqual(['hello', 'hello', 'are you there?']);
    expect(heard.states).toEqual(['connected', 'taken_over', 'connected']);
  });

  test('is not refused at all when only the cursor was: once more with an empty one, and nobody hears of it', async () => {
    await owner.writes('first');
    await eventually(() => heard.texts.length === 1 && polls() === 1);
    stage.server.expireCursor(owner.botId);
    const before = requests().length;
    await holdEnds();
    await eventually(() => requests().length === before + 2 && polls() === 1);
    const cursors = requests()
      .slice(-2)
      .map(({ body }) => (body as { get_updates_buf: string }).get_updates_buf);
    expect(cursors).toEqual([expect.stringMatching(/./), '']);
    await owner.writes('second');
    await hears('first', 'second');
    expect(heard.states).toEqual(['connected']);
    expect(heard.log.failedExecutions).toEqual([]);
  });
});

describe('A clock that is set', () => {
  test.each([
    ['forward by a day', DAY_MS],
    ['back by a day', -DAY_MS],
  ])('%s loses nothing and repeats nothing', async (_where, byMs) => {
    await owner.writes('first');
    await eventually(() => heard.texts.length === 1 && polls() === 1);
    process_.clock.set(byMs);
    const wire = await owner.writes('second');
    await hears('first', 'second');
    stage.server.inject(owner.botId, wire);
    stage.server.clock.advance(HOLD_MS);
    await owner.writes('third');
    await hears('first', 'second', 'third');
    expect(heard.states).toEqual(['connected']);
  });

  test.each([
    ['forward by a day', DAY_MS],
    ['back by a day', -DAY_MS],
  ])('%s leaves one of two processes polling, and both have every message once', async (_where, byMs) => {
    const other = new TestProcess(stage, process_);
    const second = await other.listen(owner, { statusItems: true });
    await eventually(() => second.states.includes('standby'));
    for (const { clock } of [process_, other]) clock.set(byMs);
    for (const text of ['one', 'two', 'three']) {
      await owner.writes(text);
      await process_.until(() => second.texts.includes(text) && heard.texts.includes(text), [other]);
      // The hold of the process that lost its place ends, and with it its last poll.
      stage.server.clock.advance(HOLD_MS);
      await process_.until(() => polls() === 1, [other]);
    }
    expect([heard.texts, second.texts]).toEqual([
      ['one', 'two', 'three'],
      ['one', 'two', 'three'],
    ]);
    await other.stop();
  });
});
