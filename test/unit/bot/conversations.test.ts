import { join } from 'node:path';

import { Conversations, type ConversationsDeps } from '../../../bot/conversations';
import { DEFAULT_LIMITS } from '../../../bot/window';
import { SqliteStore } from '../../../store/sqlite/sqlite-store';
import { FakeClock } from '../../support/fake-clock';
import { removeTempFolders, tempFolder } from '../../support/temp-folder';

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
      report: (what) => void reports.push(what),
      ...more,
    });
  const userWrites = (userId = USER): Promise<unknown> =>
    store.receive({
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
    await talks.giveBack(USER, await talks.claim(USER, DEFAULT_LIMITS), false);
    expect(await talks.standing(USER)).toMatchObject({ sendsLeft: 10 });
    await talks.giveBack(USER, await talks.claim(USER, DEFAULT_LIMITS), true);
    expect(await talks.standing(USER)).toMatchObject({ canSend: false, sendsLeft: 0 });
    await talks.reopened(USER);
    expect(await talks.standing(USER)).toMatchObject({ canSend: true });
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

  it('stops no message when the store fails or there is none', async () => {
    const broken = of({ store: () => Promise.reject(new Error('full')) });
    const claim = await broken.claim(USER, DEFAULT_LIMITS);
    expect(claim.granted).toBe(true);
    await broken.giveBack(USER, claim, true);
    await broken.reopened(USER);
    expect(await broken.standing(USER)).toMatchObject({ canSend: null, queued: 0 });
    expect(new Set(reports)).toEqual(new Set(['What is known of a conversation could not be read or noted']));
    expect((await of({ store: async () => undefined }).claim(USER, DEFAULT_LIMITS)).granted).toBe(true);
    await expect(broken.all(1)).rejects.toThrow('full');
  });
});
