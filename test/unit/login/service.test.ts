import { join } from 'node:path';

import { LoginService, type LoginConnection, type Seen } from '../../../login/service';
import type { LoginOutcome, LoginRecord, LoginTarget } from '../../../login/record';
import { LoginStop, SaveTrouble } from '../../../login/runner';
import { ILinkNetworkError } from '../../../ilink/errors';
import type { LoginResult } from '../../../login/state';
import { SqliteStore } from '../../../store/sqlite/sqlite-store';
import { FakeClock, settle } from '../../support/fake-clock';
import { ScriptedTransport, type Scripted } from '../../support/scripted-transport';
import { removeTempFolders, tempFolder } from '../../support/temp-folder';

const PAGE = 'workflow:node';
const qr = (number: number) => ({ ret: 0, qrcode: `q${number}`, qrcode_img_content: `https://w/${number}` });
const is = (status: string, more: object = {}) => ({ ret: 0, status, ...more });
const CONFIRMED = is('confirmed', {
  bot_token: 'the-token',
  ilink_bot_id: 'b@im.bot',
  ilink_user_id: 'o@im.wechat',
});
const OUTCOME: LoginOutcome = {
  botId: 'b@im.bot',
  ownerUserId: 'o@im.wechat',
  credentialId: 'c1',
  credentialName: 'WeChat Bot',
  created: true,
};

/** A process with its logins; several of them can share a store and a clock. */
class Instance {
  readonly clock: FakeClock;
  readonly store: SqliteStore;
  readonly server: ScriptedTransport;
  readonly service: LoginService;
  readonly saved: Array<{ result: LoginResult; target: LoginTarget }> = [];
  /** Thrown by the next attempts to save. */
  readonly refusals: Error[] = [];
  readonly reports: string[] = [];
  closed = 0;

  constructor(script: Scripted[], from?: Instance) {
    this.clock = from?.clock ?? new FakeClock();
    this.store =
      from?.store ?? SqliteStore.open(join(tempFolder(), 'wechat.sqlite'), this.clock.now(), () => undefined);
    this.server = new ScriptedTransport(script);
    this.service = new LoginService({
      store: async () => this.store,
      clock: this.clock,
      report: ({ code }) => this.reports.push(code),
    });
  }

  readonly connect = (): LoginConnection => ({
    login: { transport: this.server.transport, clock: this.clock, random: () => 0 },
    save: async (result, target) => {
      const refusal = this.refusals.shift();
      if (refusal) throw refusal;
      this.saved.push({ result, target });
      return OUTCOME;
    },
    close: async () => void this.closed++,
  });

  ticket(target: LoginTarget = {}, lifeMs = 3_600_000): Promise<string> {
    return this.service.ticket(PAGE, target, lifeMs);
  }

  async start(ticket: string, browser = 'mine'): Promise<Seen> {
    const seen = await this.service.start(PAGE, ticket, browser, this.connect);
    await this.rest();
    return seen;
  }

  /** What the browser sees when everything has happened that happens by itself. */
  async record(ticket: string, browser = 'mine'): Promise<LoginRecord> {
    const seen = await this.service.look(PAGE, ticket, browser);
    if (seen.access !== 'yes') throw new Error(`the browser sees ${seen.access}`);
    return seen.record;
  }

  async rest(ms = 0): Promise<void> {
    for (let i = 0; i < 20; i++) await settle();
    if (ms > 0) await this.clock.advance(ms);
    for (let i = 0; i < 20; i++) await settle();
  }
}

afterAll(removeTempFolders);

describe('A link', () => {
  it('is used up by nothing but the button: looking starts nothing', async () => {
    const instance = new Instance([qr(1)]);
    const ticket = await instance.ticket();
    expect(await instance.service.look(PAGE, ticket, undefined)).toEqual({ access: 'unused' });
    expect(await instance.service.look(PAGE, ticket, 'mine')).toEqual({ access: 'unused' });
    expect(instance.server.asked).toEqual([]);
  });

  it('belongs to the browser that pressed the button first', async () => {
    const instance = new Instance([qr(1)]);
    const ticket = await instance.ticket();
    expect((await instance.start(ticket)).access).toBe('yes');
    expect(await instance.start(ticket, 'yours')).toEqual({ access: 'elsewhere' });
    expect(await instance.service.look(PAGE, ticket, 'yours')).toEqual({ access: 'elsewhere' });
    expect(await instance.service.look(PAGE, ticket, undefined)).toEqual({ access: 'elsewhere' });
  });

  it('is worth nothing on another page, when it is made up, or after its time', async () => {
    const instance = new Instance([]);
    const ticket = await instance.ticket({}, 1_000);
    expect(await instance.service.look('another:page', ticket, undefined)).toEqual({ access: 'unknown' });
    expect(await instance.service.start('another:page', ticket, 'mine', instance.connect)).toEqual({
      access: 'unknown',
    });
    expect(await instance.start('made-up')).toEqual({ access: 'unknown' });
    await instance.rest(1_000);
    expect(await instance.start(ticket)).toEqual({ access: 'unknown' });
  });

  it('is not in the store: only its digest is', async () => {
    const instance = new Instance([]);
    const ticket = await instance.ticket();
    expect(JSON.stringify(await instance.store.documents.list('login', 0))).not.toContain(ticket);
  });
});

describe('A login', () => {
  it('goes from the code over the scan to the credential, and keeps no token', async () => {
    const instance = new Instance([qr(1), is('wait'), is('scaned'), CONFIRMED]);
    const ticket = await instance.ticket({ credentialId: 'c1' });
    await instance.start(ticket);
    expect(await instance.record(ticket)).toMatchObject({ phase: 'running', state: { url: 'https://w/1' } });
    await instance.rest(1_000);
    expect(await instance.record(ticket)).toMatchObject({ phase: 'done', outcome: OUTCOME });
    expect(instance.saved).toMatchObject([
      { result: { botToken: 'the-token' }, target: { credentialId: 'c1' } },
    ]);
    expect(JSON.stringify(await instance.store.documents.list('login', 0))).not.toContain('the-token');
    expect(instance.closed).toBe(1);
  });

  it('renews its code, and rests after the third until somebody asks for more', async () => {
    const instance = new Instance([qr(1), is('expired'), qr(2), is('expired'), qr(3), is('expired'), qr(4)]);
    const ticket = await instance.ticket();
    await instance.start(ticket);
    expect(await instance.record(ticket)).toMatchObject({ phase: 'paused' });
    await instance.rest(600_000);
    expect(instance.server.asked).toHaveLength(6);
    await instance.start(ticket);
    expect(await instance.record(ticket)).toMatchObject({
      phase: 'running',
      state: { codeNumber: 1, url: 'https://w/4' },
    });
  });

  it('asks for the number, takes it to WeChat, and says when it was wrong', async () => {
    const asks = is('need_verifycode');
    const instance = new Instance([qr(1), asks, asks, is('scaned'), 'silence']);
    const ticket = await instance.ticket();
    await instance.start(ticket);
    await instance.rest(30_000);
    expect(instance.server.asked).toHaveLength(2); // left alone while the person types
    expect(await instance.service.type(ticket, 'no number')).toBe(false);
    expect(await instance.service.type(ticket, '1234')).toBe(true);
    await instance.rest(1_000);
    expect((await instance.record(ticket)).state).toMatchObject({ status: 'need_verifycode', wrongCodes: 1 });
    await instance.service.type(ticket, ' ４ ７ ');
    await instance.rest(1_000);
    expect((await instance.record(ticket)).state).toMatchObject({ status: 'scaned' });
    const codes = instance.server.asked.map(({ url }) => url.searchParams.get('verify_code'));
    expect(codes).toEqual([null, null, '1234', '47', null]);
  });

  it('looks after the code when its time is over while the person types', async () => {
    const instance = new Instance([qr(1), is('need_verifycode'), is('expired'), qr(2)]);
    const ticket = await instance.ticket();
    await instance.start(ticket);
    await instance.rest(125_000);
    expect((await instance.record(ticket)).state).toMatchObject({ url: 'https://w/2' });
  });

  it('survives a network that fails, and says so meanwhile', async () => {
    const reset = new ILinkNetworkError('get_qrcode_status', 'unreachable', 'ECONNRESET', true);
    const instance = new Instance([qr(1), reset, is('scaned'), 'silence']);
    const ticket = await instance.ticket();
    await instance.start(ticket);
    expect((await instance.record(ticket)).problem).toMatchObject({ code: 'unreachable' });
    await instance.rest(2_000);
    const record = await instance.record(ticket);
    expect(record.state).toMatchObject({ status: 'scaned' });
    expect(record).not.toHaveProperty('problem');
  });

  it('fails with the reason when a repeat cannot help, and can be started again', async () => {
    const instance = new Instance([{ ret: -14 }, qr(1)]);
    const ticket = await instance.ticket();
    await instance.start(ticket);
    expect(await instance.record(ticket)).toMatchObject({
      phase: 'failed',
      problem: { code: 'login_failed' },
    });
    await instance.start(ticket);
    expect(await instance.record(ticket)).toMatchObject({ phase: 'running' });
  });

  it('keeps the token until it could be saved: nobody has to scan twice for a wrong API key', async () => {
    const instance = new Instance([qr(1), CONFIRMED]);
    const trouble = { code: 'api_forbidden' as const };
    instance.refusals.push(new SaveTrouble(trouble), new Error('the database is busy'));
    const ticket = await instance.ticket();
    await instance.start(ticket);
    expect(await instance.record(ticket)).toMatchObject({ phase: 'saving', problem: trouble });
    await instance.rest(5_000);
    expect(await instance.record(ticket)).toMatchObject({ phase: 'saving', problem: { code: 'unexpected' } });
    await instance.rest(5_000);
    expect(await instance.record(ticket)).toMatchObject({ phase: 'done' });
    expect(instance.server.asked).toHaveLength(2);
  });

  it('ends when the token must not be saved, and drops it', async () => {
    const instance = new Instance([qr(1), CONFIRMED]);
    const problem = { code: 'other_account' as const };
    instance.refusals.push(new LoginStop(problem));
    const ticket = await instance.ticket();
    await instance.start(ticket);
    expect(await instance.record(ticket)).toMatchObject({ phase: 'failed', problem });
    await instance.rest(60_000);
    expect(instance.saved).toEqual([]);
  });

  it('says so when WeChat gives no new token', async () => {
    const instance = new Instance([qr(1), is('binded_redirect')]);
    const ticket = await instance.ticket();
    await instance.start(ticket);
    expect(await instance.record(ticket)).toMatchObject({
      phase: 'failed',
      problem: { code: 'already_bound' },
    });
  });

  it('is forgotten when its link has expired', async () => {
    const instance = new Instance([qr(1), is('wait'), is('wait')]);
    const ticket = await instance.ticket({}, 1_500);
    await instance.start(ticket);
    await instance.rest(5_000);
    expect(instance.server.asked.length).toBeLessThan(5);
    expect(instance.closed).toBe(1);
    expect(await instance.service.look(PAGE, ticket, 'mine')).toEqual({ access: 'unknown' });
  });
});

describe('Several processes', () => {
  it('work on a login one at a time, and the next takes over when the first is gone', async () => {
    const first = new Instance([qr(1), 'silence']);
    const second = new Instance([CONFIRMED], first);
    const ticket = await first.ticket();
    await first.start(ticket);
    const record = await second.record(ticket);
    second.service.resumeSeen(ticket, record, second.connect);
    await second.rest();
    expect(second.server.asked).toEqual([]);
    await second.rest(60_000);
    second.service.resumeSeen(ticket, await second.record(ticket), second.connect);
    await second.rest();
    expect(second.server.asked).toEqual([]); // a poll that is held for long is no death
    first.clock.cancelAll();
    await second.rest(6_000);
    second.service.resumeSeen(ticket, await second.record(ticket), second.connect);
    await second.rest();
    expect(await second.record(ticket)).toMatchObject({ phase: 'done' });
    expect(second.server.asked[0]?.url.searchParams.get('qrcode')).toBe('q1');
  });

  it('tell the trigger of the end once, wherever it came about', async () => {
    const worker = new Instance([qr(1), CONFIRMED]);
    const leader = new Instance([], worker);
    const told: LoginOutcome[] = [];
    const stop = leader.service.watch(PAGE, leader.connect, (_key, outcome) => told.push(outcome));
    const elsewhere: LoginOutcome[] = [];
    const stopOther = leader.service.watch('other:page', leader.connect, (_key, outcome) =>
      elsewhere.push(outcome),
    );
    const ticket = await worker.ticket();
    await worker.start(ticket);
    await worker.rest(5_000);
    await worker.rest(10_000);
    expect(told).toEqual([OUTCOME]);
    expect(elsewhere).toEqual([]);
    expect(await worker.service.tell(worker.service.keyOf(ticket))).toBeUndefined();
    stop();
    stopOther();
  });

  it('let a login rest while its page is closed, and go on when it opens again', async () => {
    const instance = new Instance([qr(1), 'silence', CONFIRMED]);
    const close = instance.service.watch(PAGE, instance.connect, () => undefined);
    const ticket = await instance.ticket();
    await instance.start(ticket);
    close();
    await instance.rest(60_000);
    expect(instance.closed).toBe(1);
    expect(instance.server.asked).toHaveLength(2);
    const stop = instance.service.watch(PAGE, instance.connect, () => undefined);
    await instance.rest();
    expect(await instance.record(ticket)).toMatchObject({ phase: 'done' });
    stop();
  });

  it('go on after a restart with what was under way', async () => {
    const before = new Instance([qr(1), is('scaned'), 'silence']);
    const ticket = await before.ticket();
    await before.start(ticket);
    before.clock.cancelAll();
    const after = new Instance([CONFIRMED], before);
    const told: LoginOutcome[] = [];
    const stop = after.service.watch(PAGE, after.connect, (_key, outcome) => told.push(outcome));
    await after.rest(11_000);
    expect(told).toEqual([OUTCOME]);
    stop();
  });

  it('go on at once where a process has ended in order', async () => {
    const before = new Instance([qr(1), is('scaned'), 'silence']);
    const close = before.service.watch(PAGE, before.connect, () => undefined);
    const ticket = await before.ticket();
    await before.start(ticket);
    close();
    await before.rest();
    const after = new Instance([CONFIRMED], before);
    after.service.resumeSeen(ticket, await after.record(ticket), after.connect);
    await after.rest();
    expect(await after.record(ticket)).toMatchObject({ phase: 'done' });
  });
});
