import { setTimeout as tick } from 'node:timers/promises';
import { Agent } from 'undici';

import { startEmulator, type Emulator } from '../../emulator';
import { DEFAULT_SETTINGS } from '../../emulator/settings';
import type { RequestRecord } from '../../emulator/types';
import { ILinkClient } from '../../ilink/client';
import { systemClock } from '../../ilink/clock';
import { login, type LoginStreamDeps } from '../../login/login';
import type { LoginEvent, LoginResult } from '../../login/state';
import { factsOf, perform, type LoginDeps } from '../../login/requests';
import { BEFORE_THE_FIRST_CODE, step, type LoginInput, type LoginStep } from '../../login/step';
import { Transport, type Exchange } from '../../ilink/transport';

/** Our login against the emulator: the same states that Tencent's client goes through in login.test.ts. */
let emulator: Emulator;
let transport: Transport;
let usedDrops = 0;
const random = (): number => Math.floor(Math.random() * 2 ** 32);

beforeAll(async () => {
  emulator = await startEmulator();
  transport = new Transport({ dispatcher: new Agent(), clock: systemClock });
});
afterEach(() => {
  emulator.faults.clear();
  Object.assign(emulator.settings, DEFAULT_SETTINGS);
  expect(emulator.dropped.slice(usedDrops)).toEqual([]);
  usedDrops = emulator.dropped.length;
});
afterAll(async () => {
  await transport.close();
  await emulator.stop();
});

const deps = (changes: Partial<LoginStreamDeps> = {}): LoginStreamDeps => ({
  transport,
  clock: systemClock,
  random,
  apiBaseUrl: emulator.apiUrl,
  verifyCode: () => Promise.reject(new Error('no number is expected')),
  ...changes,
});

/** What the person does when the login shows a code or a scan; told once a poll is held, as while somebody looks at a phone. */
type Person = (event: LoginEvent, qrUrl: string) => void;

const LOOK_AT_MOST_MS = 8_000;

async function until(isSo: () => boolean): Promise<void> {
  const deadline = Date.now() + LOOK_AT_MOST_MS;
  while (!isSo()) {
    if (Date.now() > deadline) throw new Error(`Not so after ${LOOK_AT_MOST_MS} ms: ${isSo}`);
    await tick(2);
  }
}

/** Waits until a poll of this code is with the server. */
function polled(qrUrl: string): Promise<void> {
  const qrcode = /\/q\/([^?]+)/.exec(qrUrl)?.[1] ?? '';
  const isHeld = ({ path, outcome }: RequestRecord): boolean =>
    path.includes(qrcode) && outcome === 'pending';
  return until(() => emulator.requests('get_qrcode_status').some(isHeld));
}

async function run(person: Person, changes: Partial<LoginStreamDeps> = {}): Promise<LoginEvent[]> {
  const events: LoginEvent[] = [];
  const acts: Array<Promise<void>> = [];
  const act = (event: LoginEvent, url: string): Promise<void> => polled(url).then(() => person(event, url));
  let qrUrl = '';
  for await (const event of login(deps(changes), new AbortController().signal)) {
    events.push(event);
    if (event.status === 'qr') qrUrl = event.url;
    if (event.status === 'qr' || event.status === 'scaned') acts.push(act(event, qrUrl));
  }
  await Promise.all(acts);
  return events;
}

const statuses = (events: LoginEvent[]): string[] => events.map(({ status }) => status);
const resultOf = (events: LoginEvent[]): LoginResult => {
  const last = events.at(-1);
  if (last?.status !== 'confirmed') throw new Error(`The login ended as ${last?.status}`);
  return last.credential;
};
/** Scans what is shown and confirms what was scanned. */
const willing: Person = ({ status }, qrUrl) => {
  if (status === 'qr') emulator.scan(qrUrl, 'owner@im.wechat');
  if (status === 'scaned') emulator.confirm(qrUrl);
};

test('a scanned and confirmed code gives credentials that the server takes', async () => {
  const events = await run(willing);
  expect(statuses(events)).toEqual(['qr', 'scaned', 'confirmed']);
  const result = resultOf(events);
  expect(result).toMatchObject({ ownerUserId: 'owner@im.wechat', apiBaseUrl: emulator.apiUrl });
  const client = new ILinkClient(result, { transport, random });
  await emulator.write({ bot_id: result.botId, user_id: result.ownerUserId, text: 'hello' });
  await expect(client.getConfig(result.ownerUserId)).resolves.toMatchObject({ ret: 0 });
});

test('a new login of the same person ends the old token', async () => {
  const old = resultOf(await run(willing));
  const fresh = resultOf(await run(willing));
  expect(fresh.ownerUserId).toBe(old.ownerUserId);
  expect(fresh.botId).not.toBe(old.botId);
  const stale = new ILinkClient(old, { transport, random }).getConfig(old.ownerUserId);
  await expect(stale).rejects.toMatchObject({ kind: 'login_needed' });
  usedDrops = emulator.dropped.length;
});

test('a poll whose hold ends says wait, and the login polls on', async () => {
  const events = await run((event, qrUrl) => {
    if (event.status === 'qr') {
      emulator.clock.advance(emulator.settings.holdMs);
      void polled(qrUrl).then(() => emulator.scan(qrUrl));
    }
    if (event.status === 'scaned') emulator.confirm(qrUrl);
  });
  expect(statuses(events)).toEqual(['qr', 'scaned', 'confirmed']);
});

test('a gateway timeout counts as wait', async () => {
  emulator.faults.add({ endpoint: 'get_qrcode_status', status: 524 });
  expect(statuses(await run(willing))).toEqual(['qr', 'scaned', 'confirmed']);
});

test.each([
  ['a server error', { status: 502 }],
  ['a connection that is cut', { drop: 'before' as const }],
  ['an answer that was cut off', { body: 'truncated' }],
])('%s is survived', async (_what, fault) => {
  emulator.faults.add({ endpoint: 'get_bot_qrcode', ...fault });
  emulator.faults.add({ endpoint: 'get_qrcode_status', ...fault, process: false });
  const events = await run(willing);
  expect(statuses(events)).toEqual(expect.arrayContaining(['trouble', 'qr', 'scaned', 'confirmed']));
  expect(resultOf(events).botToken).not.toBe('');
});

test('a confirmation whose answer got lost is told again', async () => {
  const events = await run((event, qrUrl) => {
    // The poll that is held now goes through; the next one will bring the confirmation, and is cut.
    if (event.status === 'qr') emulator.faults.add({ endpoint: 'get_qrcode_status', drop: 'after' });
    willing(event, qrUrl);
  });
  expect(statuses(events)).toEqual(['qr', 'scaned', 'trouble', 'confirmed']);
});

test('a wrong number is asked for again, and the right one goes on', async () => {
  emulator.settings.loginVerifyCode = '4711';
  const typed = ['1234', '4711'];
  const events = await run(willing, { verifyCode: () => Promise.resolve(typed.shift()!) });
  expect(events.slice(1, -1)).toEqual([
    { status: 'need_verifycode', wrong: false },
    { status: 'need_verifycode', wrong: true },
    { status: 'scaned' },
  ]);
});

test('too many wrong numbers block the code, and the login starts over with a new one', async () => {
  emulator.settings.loginVerifyCode = '4711';
  const typed = ['1', '2', '3', '4711'];
  const events = await run(willing, { verifyCode: () => Promise.resolve(typed.shift()!) });
  const ask = 'need_verifycode';
  expect(statuses(events)).toEqual([
    ...['qr', ask, ask, ask, 'verify_code_blocked'],
    ...['qr', ask, 'scaned', 'confirmed'],
  ]);
});

test('a redirected login goes on at the host that the server names, also with a number', async () => {
  Object.assign(emulator.settings, { loginRedirect: true, loginVerifyCode: '4711' });
  const events = await run(willing, { verifyCode: () => Promise.resolve('4711') });
  const { host } = new URL(emulator.redirectUrl);
  expect(statuses(events)).toEqual(['qr', 'scaned_but_redirect', 'need_verifycode', 'scaned', 'confirmed']);
  expect(events[1]).toEqual({ status: 'scaned_but_redirect', host });
  expect(resultOf(events).apiBaseUrl).toBe(emulator.apiUrl);
});

test("a redirect to a host that is not Tencent's is not followed", async () => {
  const body = JSON.stringify({
    status: 'scaned_but_redirect',
    redirect_host: 'ilinkai.weixin.qq.com.example.com',
  });
  emulator.faults.add({ endpoint: 'get_qrcode_status', body });
  const running = (async () => {
    for await (const event of login(deps(), new AbortController().signal)) expect(event.status).toBe('qr');
  })();
  await expect(running).rejects.toMatchObject({ code: 'foreign_host' });
});

/** As Tencent's client does, which sends the tokens that it holds along. */
function handingOver(token: string): Transport {
  return new Proxy(transport, {
    get: (target, name) =>
      name === 'exchange'
        ? (exchange: Exchange) =>
            target.exchange(
              exchange.endpoint === 'get_bot_qrcode'
                ? { ...exchange, body: JSON.stringify({ local_token_list: [token] }) }
                : exchange,
            )
        : Reflect.get(target, name, target),
  });
}

test('an account that is bound here already gives no credentials, and its bot goes on working', async () => {
  const held = resultOf(await run(willing));
  const events = await run(willing, { transport: handingOver(held.botToken) });
  expect(statuses(events)).toEqual(['qr', 'binded_redirect']);
  const client = new ILinkClient(held, { transport, random });
  await emulator.write({ bot_id: held.botId, user_id: held.ownerUserId, text: 'hello' });
  await expect(client.getConfig(held.ownerUserId)).resolves.toMatchObject({ ret: 0 });
});

test('an expired code is replaced by a new one, the third one by none', async () => {
  const events: LoginEvent[] = [];
  const running = (async () => {
    for await (const event of login(deps(), new AbortController().signal)) {
      events.push(event);
      if (event.status === 'qr')
        void polled(event.url).then(() => emulator.clock.advance(emulator.settings.qrTtlMs));
    }
  })();
  await expect(running).rejects.toMatchObject({ code: 'too_many_codes' });
  expect(statuses(events)).toEqual(['qr', 'expired', 'qr', 'expired', 'qr', 'expired']);
});

test('a login that is refused on the phone goes on with a new code', async () => {
  let refused = false;
  const events = await run((event, qrUrl) => {
    if (event.status !== 'scaned' || refused) return willing(event, qrUrl);
    refused = true;
    emulator.cancelLogin(qrUrl);
  });
  expect(statuses(events)).toEqual(['qr', 'scaned', 'expired', 'qr', 'scaned', 'confirmed']);
});

test('another process can go on with a login at any point: the state is all that it needs', async () => {
  Object.assign(emulator.settings, { loginRedirect: true, loginVerifyCode: '4711' });
  const elsewhere = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
  const login: LoginDeps = deps();
  const poll = async (before: LoginStep, number?: string): Promise<LoginStep> => {
    const facts = factsOf(login);
    const input: LoginInput = number === undefined ? { type: 'go_on' } : { type: 'number', text: number };
    const { state, next } = step(elsewhere(before.state), input, facts);
    if (next.do !== 'ask_status') throw new Error(`What follows is ${next.do}`);
    return step(elsewhere(state), await perform(login, elsewhere(next)), facts);
  };
  const first = step(BEFORE_THE_FIRST_CODE, await perform(login, { do: 'request_code' }), factsOf(login));
  const { url } = first.state.code!;
  emulator.scan(url);
  const asked = await poll(await poll(first));
  const wrong = await poll(asked, '1');
  expect(wrong).toMatchObject({ event: { wrong: true }, state: { code: { wrongCodes: 1 } } });
  const scanned = await poll(wrong, '4711');
  emulator.confirm(url);
  const confirmed = await poll(scanned);
  expect(confirmed.event).toMatchObject({
    status: 'confirmed',
    credential: { botToken: expect.any(String) },
  });
});

test('an aborted login lets go of its poll', async () => {
  const controller = new AbortController();
  const stream = login(deps(), controller.signal);
  const { value } = await stream.next();
  const waiting = stream.next();
  waiting.catch(() => undefined);
  await polled((value as { url: string }).url);
  controller.abort(new Error('enough'));
  await expect(waiting).rejects.toThrow('enough');
  await until(() => emulator.requests('get_qrcode_status').at(-1)?.outcome === 'aborted');
});
