import { join } from 'node:path';

import { Conversations, type ConversationsDeps } from '../../../../bot/send/conversations';
import { waitReasonOf } from '../../../../bot/send/wait-reasons';
import { DEFAULT_LIMITS } from '../../../../bot/send/window';
import { SqliteStore } from '../../../../store/sqlite/sqlite-store';
import { FakeClock } from '../../../support/fake-clock';
import { removeTempFolders, tempFolder } from '../../../support/temp-folder';

const USER = 'u@im.wechat';

describe('Conversations', () => {
  let clock: FakeClock;
  let store: SqliteStore;
  let reports: string[];
  let wrote = 0;
  const of = (more: Partial<ConversationsDeps> = {}): Conversations =>
    new Conversations({
      store: async () => store,
      bot: 'bot',
      login: 'login',
      clock,
      report: ({ code }) => void reports.push(code),
      ...more,
    });
  const userWrites = (userId = USER): Promise<unknown> =>
    store.inbox.receive({
      bot: 'bot',
      connection: 'c',
      login: 'login',
      receivedAt: clock.now(),
      sleepersSince: 0,
      messages: [{ body: '{}', userId, contextToken: 't', keys: [{ key: `${wrote++}`, windowMs: 1 }] }],
    });

  beforeEach(() => {
    clock = new FakeClock();
    store = SqliteStore.open(join(tempFolder(), 'wechat.sqlite'), clock.now(), () => undefined);
    reports = [];
  });
  afterEach(() => store.close());
  afterAll(removeTempFolders);

  it('says where a conversation stands, with what waits', async () => {
    await userWrites();
    const talks = of();
    for (let i = 0; i < 3; i++) await talks.claim(USER, DEFAULT_LIMITS);
    expect(await talks.standing(USER)).toMatchObject({ canSend: true, sendsLeft: 7, queued: 0 });
    expect(await talks.standing(USER, { ...DEFAULT_LIMITS, quota: 3 })).toMatchObject({ canSend: false });
    expect(await talks.standing('stranger')).toMatchObject({ canSend: null, sendsLeft: null, queued: 0 });
  });

  it('grants messages up to the quota and within the window', async () => {
    await userWrites();
    const talks = of();
    const limits = { quota: 2, windowMs: 1_000 };
    expect((await talks.claim(USER, limits)).granted).toBe(true);
    expect((await talks.claim(USER, limits)).granted).toBe(true);
    expect((await talks.claim(USER, limits)).granted).toBe(false);
    await userWrites();
    clock.set(1_000);
    expect((await talks.claim(USER, limits)).granted).toBe(false);
    expect(await talks.standing(USER, limits)).toMatchObject({ canSend: false });
  });

  it('says and grants the same at every moment', async () => {
    await userWrites();
    const talks = of();
    for (const limits of [{ quota: 3, windowMs: 1_000 }, { quota: 1, windowMs: 1 }, DEFAULT_LIMITS]) {
      for (let moment = 0; moment < 8; moment++) {
        const { canSend } = await talks.standing(USER, limits);
        expect((await talks.claim(USER, limits)).granted).toBe(canSend);
        clock.set(1);
      }
    }
  });

  it('counts nothing that did not go out, and knows what the server said', async () => {
    await userWrites();
    const talks = of();
    await talks.settle(USER, await talks.claim(USER, DEFAULT_LIMITS), { isBack: true });
    expect(await talks.standing(USER)).toMatchObject({ sendsLeft: 10 });
    await talks.settle(USER, await talks.claim(USER, DEFAULT_LIMITS), { isBack: true, isClosed: true });
    expect(await talks.standing(USER)).toMatchObject({ canSend: false, sendsLeft: 0 });
    await talks.settle(USER, await talks.claim(USER, undefined), { isOpen: true });
    expect(await talks.standing(USER)).toMatchObject({ canSend: true });
  });

  it('keeps what was refused for coming too fast from going out, until its time has passed or the user writes', async () => {
    await userWrites();
    const talks = of();
    const throttle = { until: clock.now() + 15_000, gapMs: 1_000 };
    await talks.settle(USER, await talks.claim(USER, DEFAULT_LIMITS), { isBack: true, throttle });
    const claim = await talks.claim(USER, DEFAULT_LIMITS);
    expect(claim).toMatchObject({ granted: false, reason: 'throttled' });
    expect(await talks.standing(USER)).toMatchObject({
      canSend: false,
      sendsLeft: 10,
      reason: 'throttled',
      throttledUntil: new Date(throttle.until).toISOString(),
    });
    // It is of no use to another conversation.
    expect((await talks.claim('friend', DEFAULT_LIMITS, { hasToken: true, gapMs: 0 })).granted).toBe(true);
    clock.set(15_000);
    expect(await talks.claim(USER, DEFAULT_LIMITS)).toMatchObject({
      granted: true,
      throttles: 1,
      gapMs: 1_000,
    });
    await talks.settle(USER, claim, { throttle: { until: clock.now() + 15_000, gapMs: 1_000 } });
    await userWrites();
    expect((await talks.claim(USER, DEFAULT_LIMITS)).granted).toBe(true);
  });

  it('gives messages to one person slots at a distance, whichever process sends them', async () => {
    await userWrites();
    const [one, other] = [of(), of()];
    const how = { hasToken: false, gapMs: 500 };
    const slots = [one, other, one].map(
      async (talks) => (await talks.claim(USER, DEFAULT_LIMITS, how)).slotAt,
    );
    const startedAt = clock.now();
    expect(await Promise.all(slots)).toEqual([startedAt, startedAt + 500, startedAt + 1_000]);
    // The distance is kept from the end of a message: the answer to one can be late.
    clock.set(1_400);
    await one.settle(USER, await one.claim(USER, DEFAULT_LIMITS, how));
    clock.set(700);
    await one.settle(USER, await one.claim(USER, DEFAULT_LIMITS, how));
    expect((await other.claim(USER, DEFAULT_LIMITS, how)).slotAt).toBe(clock.now() + 500);
    // A clock that was put back makes nobody wait for hours.
    clock.set(-24 * 3_600_000);
    expect((await other.claim(USER, undefined, how)).slotAt).toBe(clock.now());
  });

  it('narrows the distance that it learnt with every message that is taken, and with silence', async () => {
    await userWrites();
    const talks = of();
    const how = { hasToken: false, gapMs: 100 };
    const claim = await talks.claim(USER, DEFAULT_LIMITS, how);
    await talks.settle(USER, claim, { isBack: true, throttle: { until: clock.now(), gapMs: 4_000 } });
    const gaps: number[] = [];
    for (let n = 0; n < 9; n++) {
      const next = await talks.claim(USER, DEFAULT_LIMITS, how);
      gaps.push(next.gapMs);
      clock.set(next.slotAt - clock.now());
      await talks.settle(USER, next, { isTaken: true });
    }
    expect(gaps).toEqual([...gaps].sort((a, b) => b - a));
    expect(gaps.slice(0, 2)).toEqual([4_000, 3_750]);
    clock.set(4 * 10 * 60_000);
    await userWrites();
    expect((await talks.claim(USER, DEFAULT_LIMITS, how)).gapMs).toBe(100);
    // A refusal narrows nothing.
    const refused = await talks.claim(USER, DEFAULT_LIMITS, how);
    await talks.settle(USER, refused, { isBack: true, throttle: { until: clock.now(), gapMs: 2_000 } });
    await talks.settle(USER, await talks.claim(USER, DEFAULT_LIMITS, how), { isBack: true });
    expect((await talks.claim(USER, DEFAULT_LIMITS, how)).gapMs).toBe(2_000);
  });

  it('waits for the first message of somebody who has never written, unless the message has a token', async () => {
    const talks = of();
    const to = 'new@im.wechat';
    expect(await talks.claim(to, DEFAULT_LIMITS)).toMatchObject({ granted: false, reason: 'first_message' });
    expect(await talks.all(10)).toEqual([]);
    expect((await talks.claim(to, undefined)).granted).toBe(true);
    expect((await talks.claim(to, DEFAULT_LIMITS, { hasToken: true, gapMs: 0 })).granted).toBe(true);
  });

  it('makes no conversation of an id that the server does not know', async () => {
    const talks = of();
    const how = { hasToken: true, gapMs: 0 };
    await talks.settle('No@im.wechat', await talks.claim('No@im.wechat', DEFAULT_LIMITS, how), {
      isBack: true,
      isUnknownUser: true,
    });
    expect(await talks.all(10)).toEqual([]);
    await userWrites();
    await talks.settle(USER, await talks.claim(USER, DEFAULT_LIMITS), { isBack: true, isUnknownUser: true });
    expect(await talks.all(10)).toHaveLength(1);
  });

  it.each([
    ['first_message', { lastInboundAt: 0, hasToken: false }],
    [undefined, { lastInboundAt: 0 }],
    ['first_message', { lastInboundAt: 0, closedByServer: true }],
    ['window_over', { lastInboundAt: 1 }],
    ['quota_used', { sentSince: 10 }],
    ['window_over', { closedByServer: true }],
    ['throttled', { throttledUntil: 8_640_000_001_001 }],
    ['quota_used', { sentSince: 10, throttledUntil: 8_640_000_001_001 }],
    [undefined, {}],
  ])('names the reason %s', (reason, facts) => {
    const now = 8_640_000_001_000;
    const open = {
      lastInboundAt: now - 1,
      sentSince: 9,
      closedByServer: false,
      throttledUntil: 0,
      hasToken: true,
    };
    expect(waitReasonOf({ ...open, ...facts }, now)).toBe(reason);
  });

  it('begins anew with a login: neither token nor window of the old one count', async () => {
    await userWrites();
    const later = of({ login: 'another' });
    expect(await later.get(USER)).toMatchObject({ contextToken: '', closedByServer: true });
    expect(await later.standing(USER)).toMatchObject({ canSend: false });
    expect((await later.claim(USER, DEFAULT_LIMITS)).granted).toBe(false);
    expect(await of().get(USER)).toMatchObject({ contextToken: 't' });
  });

  it('lists all of the bot, those in which the user wrote last first', async () => {
    await userWrites('a');
    clock.set(1);
    await userWrites('b');
    expect((await of().all(10)).map(({ userId, canSend }) => [userId, canSend])).toEqual([
      ['b', true],
      ['a', true],
    ]);
    expect(await of().all(1)).toHaveLength(1);
    expect(await of({ bot: 'another' }).all(10)).toEqual([]);
  });

  it('stops no message when the store fails', async () => {
    const full = (): never => {
      throw new Error('full');
    };
    const failing = { get: full, claim: full, settle: full, list: full };
    const broken = of({
      store: async () => ({ conversations: failing, outbox: failing }) as unknown as SqliteStore,
    });
    const claim = await broken.claim(USER, DEFAULT_LIMITS);
    expect(claim.granted).toBe(true);
    await broken.settle(USER, claim, { isBack: true, isClosed: true });
    expect(await broken.standing(USER)).toMatchObject({ canSend: null, queued: 0 });
    expect(new Set(reports)).toEqual(new Set(['conversation_not_kept']));
    await expect(broken.all(1)).rejects.toThrow('full');
  });

  it('says nothing of anybody when the store cannot be opened', async () => {
    const closed = of({ store: () => Promise.reject(new Error('locked away')) });
    await expect(closed.claim(USER, DEFAULT_LIMITS)).rejects.toThrow('locked away');
    await expect(closed.standing(USER)).rejects.toThrow('locked away');
  });
});
