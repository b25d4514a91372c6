import { join } from 'node:path';
import fc from 'fast-check';

import type { BotReport, Report } from '../../../../bot/report';
import { Conversations } from '../../../../bot/send/conversations';
import { KeyedQueue } from '../../../../bot/keyed-queue';
import type { Probed } from '../../../../bot/send/probe';
import { BotOutbox, type BotOutboxDeps } from '../../../../bot/send/outbox';
import { MessageSender } from '../../../../bot/send/message-sender';
import { ILinkApiError, ILinkHttpError, ILinkNetworkError } from '../../../../ilink/errors';
import { QueuedOutcomes } from '../../../../bot/send/queued-outcomes';
import type { QueuedMessage } from '../../../../store/outbox';
import { SqliteStore } from '../../../../store/sqlite/sqlite-store';
import type { Store } from '../../../../store/store';
import { FakeClock, settle } from '../../../support/fake-clock';
import { FakeWeChat } from '../../../support/fake-wechat';
import { finish } from '../../../support/finish';
import { removeTempFolders, tempFolder } from '../../../support/temp-folder';

type Draft = Omit<QueuedMessage, 'id' | 'bot'>;
const USER = 'u@im.wechat';
const MINUTE_MS = 60_000;
const closed = (): Error => new ILinkApiError('sendmessage', { ret: -2, errmsg: 'prepare failed' }, []);
const lost = (): ILinkNetworkError => new ILinkNetworkError('sendmessage', 'unreachable', 'ECONNRESET', true);

describe('BotOutbox', () => {
  let clock: FakeClock;
  let path: string;
  let store: SqliteStore;
  let weChat: FakeWeChat;
  let reports: BotReport[];
  let isLeader: boolean;
  let nextId: number;
  /** What the server says of the conversation when it is asked. */
  let probed: Probed;
  const probe = async (): Promise<Probed> => probed;
  let wrote = 0;

  /** A queue as a process has it. */
  const processWith = (more: Partial<BotOutboxDeps> = {}, of: Store = store): BotOutbox => {
    const shared = {
      store: async () => of,
      bot: 'bot',
      byUser: new KeyedQueue(),
      clock,
      newClientId: () => `c${nextId++}`,
      report: ((event) => void reports.push(event)) as Report,
    };
    const conversations = new Conversations({ ...shared, login: 'login' });
    const idGiver = { known: async () => true, learn: async () => undefined };
    const sender = new MessageSender({
      client: weChat,
      conversations,
      clock,
      newClientId: shared.newClientId,
      idGiver,
      probe,
      random: () => 0.5,
    });
    return new BotOutbox({
      ...shared,
      sender,
      conversations,
      probe,
      maxQueued: async () => 1_000,
      outcomes: new QueuedOutcomes(shared),
      pollState: {
        get isLeader() {
          return isLeader;
        },
      },
      statusEvents: { notifyListeners: () => undefined },
      ...more,
    });
  };
  const userWrites = (userId = USER): Promise<unknown> =>
    store.inbox.receive({
      bot: 'bot',
      connection: 'c',
      login: 'login',
      receivedAt: clock.now(),
      sleepersSince: 0,
      messages: [{ body: '{}', userId, contextToken: 't', keys: [{ key: `${wrote++}`, windowMs: 1 }] }],
    });
  const draft = (text: string, more: Partial<Draft> = {}): Draft => ({
    userId: USER,
    sendId: text,
    type: 'text',
    item: JSON.stringify({ type: 1, text_item: { text } }),
    ageNote: '',
    reason: 'window_over',
    clientId: null,
    quota: 10,
    windowMs: 86_400_000,
    queuedAt: clock.now(),
    expiresAt: clock.now() + 60 * MINUTE_MS,
    ...more,
  });
  /** What waits since before this process. */
  const waits = async (...drafts: Array<Draft>): Promise<number[]> =>
    (await store.outbox.add(drafts.map((each) => ({ ...each, bot: 'bot' }))))!;
  /** One message of its own each, because media are not merged. */
  const image = (name: string): Draft =>
    draft(name, { type: 'file', item: JSON.stringify({ type: 4, text_item: { text: name } }) });
  const notices = async (): Promise<Array<Record<string, unknown>>> =>
    (await store.inbox.messagesAfter('bot', 0, 100))
      .filter(({ kind }) => kind === 'notice')
      .map(({ body }) => JSON.parse(body) as Record<string, unknown>);
  const left = (): Promise<number> => store.outbox.count('bot');
  const flush = async (queue: BotOutbox, userId = USER): Promise<boolean> =>
    (await finish(clock, queue.flush(userId))) !== undefined;

  beforeEach(async () => {
    clock = new FakeClock();
    path = join(tempFolder(), 'wechat.sqlite');
    store = SqliteStore.open(path, clock.now(), () => undefined);
    weChat = new FakeWeChat();
    probed = { found: 'unknown' };
    [reports, isLeader, nextId] = [[], true, 1];
    await store.inbox.subscribe('trigger', 'bot');
  });
  afterEach(() => store.close());
  afterAll(removeTempFolders);

  describe('keeping', () => {
    it('keeps messages in the order of the calls, and says under which numbers', async () => {
      isLeader = false;
      const queue = processWith();
      const ids = [...(await queue.add([draft('a'), draft('b')])), ...(await queue.add([draft('c')]))];
      expect((await queue.list()).map(({ id, item }) => [id, item])).toEqual(
        ids.map((id, i) => [id, draft('abc'[i]!).item]),
      );
    });

    it('says so when the store cannot be opened, or it fails', async () => {
      await expect(
        processWith({ store: () => Promise.reject(new Error('locked away')) }).add([draft('a')]),
      ).rejects.toMatchObject({
        code: 'unknown',
      });
      await store.close();
      await expect(processWith().add([draft('a')])).rejects.toMatchObject({ name: 'StoreTrouble' });
      store = SqliteStore.open(path, clock.now(), () => undefined);
    });

    it('keeps nothing of a send that would be too many', async () => {
      isLeader = false;
      const queue = processWith({ maxQueued: async () => 2 });
      await queue.add([draft('a')]);
      await expect(queue.add([draft('b'), draft('c')])).rejects.toMatchObject({
        name: 'OutboxFull',
        code: 'outbox_full',
        facts: { most: 2 },
      });
      expect(await left()).toBe(1);
    });

    it('sends at once what was queued while the user wrote', async () => {
      await userWrites();
      await processWith().add([draft('a')]);
      await settle();
      await clock.advance(1);
      expect(weChat.lines).toEqual(['a']);
    });
  });

  describe('a flush', () => {
    it('sends all that waits, in order, with a pause between, and leaves word of each message', async () => {
      await waits(draft('a'), draft('b'), image('picture'), draft('c'));
      await userWrites();
      const startedAt = clock.now();
      expect(await flush(processWith())).toBe(false);
      expect(weChat.shown.map(({ item }) => item.text_item!.text)).toEqual(['a\n\nb', 'picture', 'c']);
      expect(clock.now() - startedAt).toBe(2 * 500);
      expect(await notices()).toMatchObject([
        {
          state: 'queued_sent',
          outcome: 'accepted',
          message_id: '1000',
          queued: [{ text: 'a' }, { text: 'b' }],
        },
        { state: 'queued_sent', queued: [{ text: 'picture' }] },
        { state: 'queued_sent', queued: [{ text: 'c' }] },
      ]);
      expect(await left()).toBe(0);
    });

    it('asks nobody while the conversation is closed, or another process polls', async () => {
      await waits(draft('a'));
      await userWrites();
      isLeader = false;
      expect(await flush(processWith())).toBe(true);
      isLeader = true;
      clock.set(86_400_000);
      await waits(draft('b', { expiresAt: clock.now() + 1 }));
      expect(await flush(processWith())).toBe(true);
      expect(weChat.asked).toEqual([]);
    });

    it('sends nothing when another process has taken over, also while this one does not know yet', async () => {
      await waits(draft('a'));
      await userWrites();
      const claim = (owner: string) => ({ connection: 'bot', owner, now: clock.now(), longestLifeMs: 1 });
      const lease = await store.leases.acquire(claim('this one'), () => false);
      const late = processWith({ pollState: { isLeader: true, lease } });
      const current = await store.leases.acquire(claim('the next one'), () => false);
      await flush(late);
      expect(weChat.asked).toEqual([]);
      await flush(processWith({ pollState: { isLeader: true, lease: current } }));
      expect(weChat.asked).toHaveLength(1);
    });

    it('stops at the quota, and goes on when the user writes again, also in the midst of it', async () => {
      await waits(...Array.from({ length: 25 }, (_, i) => image(`${i}`)));
      await userWrites();
      weChat.onArrival = async () => void (weChat.shown.length === 7 && (await userWrites()));
      const queue = processWith();
      expect(await flush(queue)).toBe(true);
      expect(weChat.shown).toHaveLength(17);
      await userWrites();
      expect(await flush(queue)).toBe(false);
      expect(weChat.lines).toEqual(Array.from({ length: 25 }, (_, i) => `${i}`));
    });

    it('stops when the server closes the conversation, and sends the same under another id later', async () => {
      await waits(draft('a'));
      await userWrites();
      weChat.faults.push(closed() as ILinkApiError);
      probed = { found: 'closed' };
      const queue = processWith();
      expect(await finish(clock, queue.flush(USER))).toBe('window_over');
      expect(await flush(queue)).toBe(true);
      expect(weChat.asked).toHaveLength(1);
      clock.set(1);
      await userWrites();
      expect(await flush(queue)).toBe(false);
      expect(weChat.asked.map(({ client_id }) => client_id)).toEqual(['c1', 'c2']);
    });

    it('stops when another process has taken over, which goes on where it was', async () => {
      await waits(image('1'), image('2'), image('3'));
      await userWrites();
      weChat.onArrival = async () => void (isLeader = weChat.shown.length < 2);
      expect(await flush(processWith())).toBe(true);
      isLeader = true;
      weChat.onArrival = () => Promise.resolve();
      expect(await flush(processWith())).toBe(false);
      expect(weChat.lines).toEqual(['1', '2', '3']);
    });

    it.each([
      ['a bad parameter', new ILinkApiError('sendmessage', { ret: -2, errmsg: 'text too long' }, [])],
      ['a wrong recipient', new ILinkApiError('sendmessage', { ret: -3 }, [])],
      ['an unknown code', new ILinkApiError('sendmessage', { ret: -99 }, [])],
    ])('takes out what was refused for %s, says so, and goes on', async (_what, refusal) => {
      await waits(image('bad'), image('good'));
      await userWrites();
      weChat.faults.push(refusal);
      expect(await flush(processWith())).toBe(false);
      expect(weChat.lines).toEqual(['good']);
      expect(await notices()).toMatchObject([
        {
          state: 'queued_refused',
          needsPerson: true,
          error: { code: refusal.code, facts: refusal.facts },
          queued: [{ text: 'bad' }],
        },
        { state: 'queued_sent' },
      ]);
      expect(reports).toEqual([{ code: 'queued_refused', facts: { messages: 1, mayHaveArrived: false } }]);
    });

    it.each([
      [-2, 'invalid context_token'],
      [-2, 'context_token required'],
      [-2, 'CONTEXT TOKEN EXPIRED'],
      [-2, 'session expired'],
      [-2, 'conversation is closed'],
    ])('keeps everything after %i %s, and sends it when the user writes again', async (ret, errmsg) => {
      await waits(image('a'), image('b'));
      await userWrites();
      weChat.faults.push(new ILinkApiError('sendmessage', { ret, errmsg }, []));
      probed = { found: 'closed' };
      const queue = processWith();
      expect(await finish(clock, queue.flush(USER))).toBe('window_over');
      expect(await finish(clock, queue.flush(USER))).toBe('window_over');
      expect(weChat.asked).toHaveLength(1);
      expect((await notices()).map(({ state }) => state)).not.toContain('queued_refused');
      await userWrites();
      expect(await flush(queue)).toBe(false);
      expect(weChat.lines).toEqual(['a', 'b']);
    });

    it.each([
      ['within one attempt', 1],
      ['after attempts that gave up', 3],
    ])(
      'does not call refused what an answer that got lost may have brought there, %s',
      async (_when, times) => {
        await waits(image('first'));
        await userWrites();
        weChat.faults.push(...Array.from({ length: times }, () => ({ lost: lost() })));
        weChat.faults.push(new ILinkApiError('sendmessage', { ret: -99 }, []));
        const queue = processWith();
        await flush(queue);
        await clock.advance(MINUTE_MS);
        expect(await flush(queue)).toBe(false);
        expect(weChat.lines).toEqual(['first']);
        expect((await notices()).at(-1)).toMatchObject({
          state: 'queued_refused',
          outcome: 'in_doubt',
          needsPerson: true,
        });
        expect(reports.at(-1)).toEqual({
          code: 'queued_refused',
          facts: { messages: 1, mayHaveArrived: true },
        });
      },
    );

    it.each([
      ['a stale token', new ILinkApiError('sendmessage', { ret: -14 }, []), 5, 'token_refused'],
      ['a rate limit', new ILinkApiError('sendmessage', { ret: -13 }, []), 1 / 4, 'throttled'],
      ['a proxy that denies access', new ILinkHttpError('sendmessage', 403), 1, 'token_refused'],
      ['a wrong address', new ILinkHttpError('sendmessage', 404), 1, 'server_unreachable'],
      ['-1 over and over', new ILinkApiError('sendmessage', { ret: -1 }, []), 1, 'server_unreachable'],
    ])('keeps everything after %s, and tries again later', async (_what, error, minutes, reason) => {
      await waits(draft('a'));
      await userWrites();
      weChat.faults.push(error, error, error);
      const queue = processWith();
      expect(await flush(queue)).toBe(true);
      const { length } = weChat.asked;
      weChat.faults.length = 0;
      await clock.advance(minutes * MINUTE_MS - 1_000);
      expect(await flush(queue)).toBe(true);
      expect(weChat.asked).toHaveLength(length);
      await clock.advance(1_000);
      expect(await flush(queue)).toBe(false);
      expect(weChat.lines).toEqual(['a']);
      expect(await notices()).toMatchObject([
        { state: 'queued', reasonCode: reason, queued: [{ text: 'a', reasonCode: reason }] },
        { state: 'queued_sent' },
      ]);
    });

    it('goes on by itself after a throttle, with patience, and after a look that costs nothing', async () => {
      await waits(draft('a'));
      await userWrites();
      const refused = (): ILinkApiError =>
        new ILinkApiError('sendmessage', { ret: -2, errmsg: 'unknown error' });
      weChat.faults.push(refused(), refused(), refused());
      probed = { found: 'open' };
      const startedAt = clock.now();
      const asked: number[] = [];
      const send = weChat.sendMessage.bind(weChat);
      weChat.sendMessage = (message) => {
        asked.push((clock.now() - startedAt) / 1_000);
        return send(message);
      };
      const queue = processWith();
      expect(await finish(clock, queue.flush(USER))).toBe('throttled');
      await clock.advance(200_000);
      expect(asked.map(Math.round)).toEqual([0, 15, 45, 105]);
      expect(weChat.lines).toEqual(['a']);
      expect((await notices()).map(({ state }) => state)).toEqual(['queued', 'queued_sent']);
      expect(clock.pending).toBe(0);
    });

    it('remembers a throttle across a restart, and stops trying when the look finds the window closed', async () => {
      await waits(draft('a'));
      await userWrites();
      weChat.faults.push(new ILinkApiError('sendmessage', { ret: -13 }));
      const before = processWith();
      await flush(before);
      before.close();
      const queue = processWith();
      expect(await finish(clock, queue.flush(USER))).toBe('throttled');
      expect(weChat.asked).toHaveLength(1);
      probed = { found: 'closed' };
      await clock.advance(24 * 60 * MINUTE_MS - 60_000);
      expect(weChat.asked).toHaveLength(1);
      expect((await queue.list()).map(({ reason }) => reason)).toEqual(['window_over']);
      await userWrites();
      expect(await flush(queue)).toBe(false);
    });

    it('says of what waits already that the token is refused or the server is gone, and when that is over', async () => {
      const expiresAt = clock.now() + 1e9;
      const never = { userId: 'never@im.wechat', reason: 'first_message', expiresAt };
      await waits(draft('a', { expiresAt }), draft('b', never));
      await userWrites();
      await clock.advance(24 * 60 * MINUTE_MS);
      await store.outbox.setReason('bot', USER, 'window_over');
      const queue = processWith();
      const reasons = async (): Promise<string[]> => (await queue.list()).map(({ reason }) => reason);
      for (const [trouble, kind] of [
        ['token_refused', new ILinkApiError('getconfig', { ret: -14 })],
        ['server_unreachable', new ILinkNetworkError('getconfig', 'unreachable', 'ECONNREFUSED', false)],
      ] as const) {
        probed = { found: trouble === 'token_refused' ? 'refused' : 'unreachable', error: kind };
        queue.noteTrouble(trouble);
        await finish(
          clock,
          eventually(async () => (await reasons()).every((reason) => reason === trouble)),
        );
        // It is not over because somebody looks at the queue meanwhile.
        await flush(queue);
        expect(await reasons()).toEqual([trouble, trouble]);
        const conversations = new Conversations({
          store: async () => store,
          bot: 'bot',
          login: 'login',
          clock,
          report: () => undefined,
        });
        for (const userId of [USER, 'never@im.wechat'])
          expect(await conversations.standing(userId)).toMatchObject({
            canSend: false,
            queued: 1,
            reason: trouble,
          });
        probed = { found: 'closed' };
        queue.noteTrouble(undefined);
        await finish(
          clock,
          eventually(async () => (await reasons()).join() === 'window_over,first_message'),
        );
      }
      expect(
        (await notices()).map(({ reasonCode, needsPerson }) => [reasonCode, needsPerson]),
      ).toContainEqual(['token_refused', true]);
    });

    it('waits for the person, and asks nobody, when the window is over while it is throttled', async () => {
      await waits(draft('a', { expiresAt: clock.now() + 1e9 }));
      await userWrites();
      const throttle = new ILinkApiError('sendmessage', { ret: -13 });
      weChat.faults.push(...Array.from({ length: 99 }, () => throttle));
      const queue = processWith();
      await flush(queue);
      await clock.advance(25 * 60 * MINUTE_MS);
      const { length } = weChat.asked;
      expect(length).toBeLessThan(40);
      await clock.advance(25 * 60 * MINUTE_MS);
      expect(weChat.asked).toHaveLength(length);
      expect((await queue.list()).map(({ reason }) => reason)).toEqual(['window_over']);
    });

    it('repeats under the same id what may have arrived, with what was in it', async () => {
      await waits(draft('a'), draft('b'));
      await userWrites();
      weChat.faults.push({ lost: lost() }, { lost: lost() }, { lost: lost() });
      expect(await flush(processWith())).toBe(true);
      await waits(draft('c'));
      expect(await flush(processWith())).toBe(false);
      expect(weChat.shown.map(({ item }) => item.text_item!.text)).toEqual(['a\n\nb', 'c']);
      expect(new Set(weChat.asked.map(({ client_id }) => client_id)).size).toBe(2);
    });
  });

  describe('expiry', () => {
    it('takes out what is too old, and says that it was not sent', async () => {
      await waits(draft('old', { expiresAt: clock.now() }), draft('young'));
      isLeader = false;
      expect(await flush(processWith())).toBe(true);
      expect(await notices()).toMatchObject([
        {
          state: 'queued_expired',
          queued: [{ text: 'old' }],
        },
      ]);
      expect(reports).toEqual([{ code: 'queued_expired', facts: { messages: 1, mayHaveArrived: false } }]);
    });

    it('takes out very many in parts, each with word of its own', async () => {
      const texts = Array.from({ length: 450 }, (_, index) => `old ${index}`);
      await waits(...texts.map((text) => draft(text, { expiresAt: clock.now() })));
      isLeader = false;
      await flush(processWith());
      const told = (await notices()).map(({ queued }) =>
        (queued as Array<{ text: string }>).map(({ text }) => text),
      );
      expect(told.map(({ length }) => length)).toEqual([200, 200, 50]);
      expect(told.flat()).toEqual(texts);
      expect(await store.outbox.count('bot')).toBe(0);
    });

    it('takes out what may have arrived, too, and says that nobody knows', async () => {
      await waits(draft('old', { expiresAt: clock.now(), clientId: 'tried' }));
      isLeader = false;
      expect(await flush(processWith())).toBe(true);
      expect(await notices()).toEqual([]);
      isLeader = true;
      expect(await flush(processWith())).toBe(false);
      expect(await notices()).toMatchObject([
        {
          state: 'queued_expired',
          outcome: 'in_doubt',
        },
      ]);
    });

    it('goes with everything else that is too old when all is looked through', async () => {
      const queue = processWith();
      await waits(draft('old', { expiresAt: clock.now() + 1 }));
      await queue.flushAll();
      expect(await left()).toBe(1);
      await clock.advance(1);
      await queue.flushAll();
      expect(await left()).toBe(0);
    });
  });

  describe('cancelling', () => {
    it('takes out what is named, or everything of the user, and says what it was', async () => {
      isLeader = false;
      const queue = processWith();
      const ids = await waits(draft('a'), draft('b'), draft('c'));
      const [other] = await waits(draft('x', { userId: 'other' }));
      expect((await queue.cancel(USER, [ids[1]!, other!])).map(({ id }) => id)).toEqual([ids[1]]);
      expect((await queue.cancel(USER)).map(({ id }) => id)).toEqual([ids[0], ids[2]]);
      expect(await queue.cancel(USER)).toEqual([]);
      expect(await left()).toBe(1);
    });

    it('waits for what is just going out, and does not claim to have stopped it', async () => {
      await waits(image('a'), image('b'));
      await userWrites();
      const queue = processWith();
      let cancelled: Promise<unknown[]> | undefined;
      weChat.onArrival = async () => void (cancelled ??= queue.cancel(USER));
      await finish(clock, queue.flushAll());
      expect(await cancelled).toEqual([]);
      expect(weChat.lines).toEqual(['a', 'b']);
    });

    it('in another process leaves what is on its way, and the rest is not sent', async () => {
      await waits(image('a'), image('b'));
      await userWrites();
      const elsewhere = processWith();
      let cancelled: unknown[] = [];
      weChat.onArrival = async () => void (cancelled = await elsewhere.cancel(USER));
      expect(await flush(processWith())).toBe(false);
      expect(weChat.lines).toEqual(['a']);
      expect(cancelled).toMatchObject([{ item: image('b').item }]);
    });
  });

  describe('a user who writes', () => {
    it('is sent what waits although it failed a moment ago, and nobody else is', async () => {
      const other = 'other@im.wechat';
      await waits(draft('a'), draft('x', { userId: other }));
      await userWrites();
      await userWrites(other);
      const throttled = new ILinkApiError('sendmessage', { ret: -13 }, []);
      weChat.faults.push(throttled, throttled);
      const queue = processWith();
      await finish(clock, queue.flushAll());
      clock.set(1);
      await userWrites();
      queue.usersWrote([USER]);
      await clock.advance(1_000);
      expect(weChat.lines).toEqual(['a']);
    });
  });

  describe('whatever happens', () => {
    const TEXTS = ['a', 'b', 'picture', 'c', 'd'];
    const fill = (): Promise<number[]> =>
      waits(...TEXTS.map((text) => (text === 'picture' ? image(text) : draft(text))));

    /** A store that is cut off at a certain call, before it has done it or after. */
    const cutOff = (at: number, when: 'before' | 'after', failure: () => Promise<never>): Store => {
      let calls = 0;
      const guard = <Target extends object>(target: Target): Target =>
        new Proxy(target, {
          get(_, name) {
            const value = Reflect.get(target, name) as unknown;
            if (name === 'outbox') return guard(value as object);
            if (typeof value !== 'function') return value;
            return async (...args: unknown[]): Promise<unknown> => {
              const call = ++calls;
              if (call > at || (call === at && when === 'before')) return failure();
              const result = await (Reflect.apply(value, target, args) as Promise<unknown>);
              return call === at ? failure() : result;
            };
          },
        });
      return guard<Store>(store);
    };
    const STEPS = Array.from({ length: 30 }, (_, i) => i + 1);

    it.each(['before', 'after'] as const)(
      'a process that dies %s any step loses nothing, and nothing arrives twice or out of order',
      async (when) => {
        for (const step of STEPS) {
          await fill();
          clock.set(1);
          await userWrites();
          const from = weChat.lines.length;
          const dead = cutOff(step, when, () => new Promise<never>(() => undefined));
          void processWith({}, dead).flush(USER);
          await clock.advance(5_000);
          clock.cancelAll();
          expect([step, await flush(processWith())]).toEqual([step, false]);
          expect([step, ...weChat.lines.slice(from)]).toEqual([step, ...TEXTS]);
        }
      },
    );

    it.each(['before', 'after'] as const)('so does a store that fails %s any step', async (when) => {
      for (const step of STEPS) {
        await fill();
        clock.set(1);
        await userWrites();
        const from = weChat.lines.length;
        const broken = processWith(
          {},
          cutOff(step, when, () => Promise.reject(new Error('full'))),
        );
        await flush(broken).catch(() => undefined);
        expect([step, await flush(processWith())]).toEqual([step, false]);
        expect([step, ...weChat.lines.slice(from)]).toEqual([step, ...TEXTS]);
      }
    });

    it('two processes that send at once, as after a lost lease, send each message once and in order', async () => {
      await fc.assert(
        fc.asyncProperty(fc.scheduler(), async (scheduler) => {
          await fill();
          clock.set(1);
          await userWrites();
          const from = weChat.lines.length;
          weChat.onArrival = () => scheduler.schedule(Promise.resolve());
          const slow = (): Store =>
            new Proxy(store, {
              get(_, name) {
                if (name !== 'outbox') return Reflect.get(store, name) as unknown;
                return new Proxy(store.outbox, {
                  get:
                    (outbox, method) =>
                    async (...args: unknown[]) => {
                      await scheduler.schedule(Promise.resolve());
                      return Reflect.apply(Reflect.get(outbox, method) as () => unknown, outbox, args);
                    },
                });
              },
            });
          const both = Promise.all([
            processWith({}, slow()).flush(USER),
            processWith({}, slow()).flush(USER),
          ]);
          let done = false;
          void both.finally(() => (done = true)).catch(() => undefined);
          while (!done) {
            if (scheduler.count() > 0) await scheduler.waitOne();
            else await clock.advance(clock.nextInMs ?? 0);
          }
          await both;
          expect(await left()).toBe(0);
          expect(weChat.lines.slice(from)).toEqual(TEXTS);
        }),
        { numRuns: 100 },
      );
    });
  });
});

/** Resolved when it holds; the store writes in its own time. */
async function eventually(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise(setImmediate);
}
