import { join } from 'node:path';

import type { Report } from '../../../../bot/report';
import { Conversations } from '../../../../bot/send/conversations';
import { KeyedQueue } from '../../../../bot/keyed-queue';
import type { Probed } from '../../../../bot/send/probe';
import type { SendRequest, SendResult } from '../../../../bot/send/message';
import { QueuedOutcomes } from '../../../../bot/send/queued-outcomes';
import { RequestSender, type RequestSenderDeps } from '../../../../bot/send/request-sender';
import { BotOutbox } from '../../../../bot/send/outbox';
import { MessageSender } from '../../../../bot/send/message-sender';
import { SendCheckpoints } from '../../../../bot/send/checkpoints';
import { DEFAULT_LIMITS } from '../../../../bot/send/window';
import { ILinkApiError, ILinkNetworkError } from '../../../../ilink/errors';
import { SqliteStore } from '../../../../store/sqlite/sqlite-store';
import { FakeClock } from '../../../support/fake-clock';
import { FakeWeChat } from '../../../support/fake-wechat';
import { finish } from '../../../support/finish';
import { removeTempFolders, tempFolder } from '../../../support/temp-folder';

const USER = 'u@im.wechat';
const closed = (): ILinkApiError =>
  new ILinkApiError('sendmessage', { ret: -2, errmsg: 'prepare failed' }, []);
const refused = (): ILinkApiError => new ILinkApiError('sendmessage', { ret: -3 }, []);
const lost = () => ({ lost: new ILinkNetworkError('sendmessage', 'unreachable', 'ECONNRESET', true) });
const identity = {
  name: 'n',
  place: 'p',
  parts: ['a', 'b', 'c'],
  execution: '1',
  isRetry: false,
  knowsOrigin: false,
};

describe('RequestSender', () => {
  let clock: FakeClock;
  let store: SqliteStore;
  let weChat: FakeWeChat;
  let looks: number;
  let watches: number;
  let isLeader: boolean;
  let most: number;
  let look: () => Promise<void>;
  /** What the server says of the conversation when it is asked. */
  let probed: Probed;
  const probe = async (): Promise<Probed> => probed;
  let outbound: RequestSender;
  let queue: BotOutbox;
  let reports: string[];
  let checkpoints: SendCheckpoints;
  let wrote = 0;

  const processWith = (more: Partial<RequestSenderDeps> = {}): RequestSender => {
    let nextId = 1;
    const shared = {
      store: async () => store,
      bot: 'bot',
      byUser: new KeyedQueue(),
      clock,
      newClientId: () => `c${nextId++}`,
      report: (({ code }) => void reports.push(code)) as Report,
    };
    const conversations = new Conversations({ ...shared, login: 'login' });
    const idGiver = { known: async () => true, learn: async () => undefined };
    const sender = new MessageSender({
      ...shared,
      client: weChat,
      conversations,
      idGiver,
      probe,
      random: () => 0.5,
    });
    const outcomes = new QueuedOutcomes(shared);
    queue = new BotOutbox({
      ...shared,
      sender,
      conversations,
      probe,
      maxQueued: async () => most,
      outcomes,
      pollState: {
        get isLeader() {
          return isLeader;
        },
      },
      statusEvents: { notifyListeners: () => undefined },
    });
    return new RequestSender({
      ...shared,
      sender,
      conversations,
      probe,
      outbox: queue,
      outcomes,
      checkpoints: (checkpoints = new SendCheckpoints(shared)),
      polling: {
        pollOnce: () => {
          looks++;
          return look();
        },
        pollWhileQueued: () => void watches++,
      },
      newSendId: () => `s${nextId++}`,
      ...more,
    });
  };
  const userWrites = async (): Promise<void> => {
    await store.inbox.receive({
      bot: 'bot',
      connection: 'c',
      login: 'login',
      receivedAt: clock.now(),
      sleepersSince: 0,
      messages: [{ body: '{}', userId: USER, contextToken: 't', keys: [{ key: `${wrote++}`, windowMs: 1 }] }],
    });
  };
  const request = (text: string | string[], more: Partial<SendRequest> = {}): SendRequest => ({
    to: USER,
    parts: [text].flat().map((part) => ({ type: 'text', item: { type: 1, text_item: { text: part } } })),
    pauseMs: 500,
    whenClosed: 'queue',
    limits: DEFAULT_LIMITS,
    queueMs: 60_000,
    ageNote: '',
    ...more,
  });
  const send = (text: string | string[], more: Partial<SendRequest> = {}): Promise<SendResult> =>
    finish(clock, outbound.send(request(text, more)));
  const outcomes = ({ parts }: SendResult): string[] => parts.map(({ outcome }) => outcome);
  const waiting = async (): Promise<string[]> =>
    (await store.outbox.list('bot')).map(
      ({ item }) => (JSON.parse(item) as { text_item: { text: string } }).text_item.text,
    );

  beforeEach(async () => {
    clock = new FakeClock();
    store = SqliteStore.open(join(tempFolder(), 'wechat.sqlite'), clock.now(), () => undefined);
    weChat = new FakeWeChat();
    [looks, watches, isLeader, most, reports] = [0, 0, true, 100, []];
    look = () => Promise.resolve();
    probed = { found: 'unknown' };
    outbound = processWith();
    await userWrites();
  });
  afterEach(() => store.close());
  afterAll(removeTempFolders);

  it('sends the parts in order with a pause between, and says how long it took', async () => {
    const startedAt = clock.now();
    expect(await send(['a', 'b', 'c'])).toEqual({
      parts: ['c1', 'c2', 'c3'].map((client_id, i) => ({
        type: 'text',
        outcome: 'accepted',
        client_id,
        message_id: String(1_000 + i),
      })),
      resumed: 0,
      startedAt,
      finishedAt: startedAt + 1_000,
    });
    expect(weChat.lines).toEqual(['a', 'b', 'c']);
  });

  it('sends what several workflows send to one user one after another, in the order of the calls', async () => {
    const both = Promise.all([outbound.send(request(['a', 'b'])), outbound.send(request('c'))]);
    await finish(clock, both);
    expect(weChat.lines).toEqual(['a', 'b', 'c']);
  });

  it('sends nothing for an execution that was cancelled while it waited for its turn', async () => {
    const first = outbound.send(request(['a', 'b']));
    const second = outbound.send(request('c'), AbortSignal.abort());
    await finish(clock, first);
    await expect(second).rejects.toMatchObject({ name: 'AbortError' });
    expect(weChat.lines).toEqual(['a', 'b']);
  });

  it('stops between the parts when the execution is cancelled, and notes how far it came', async () => {
    const abort = new AbortController();
    weChat.onArrival = async () => abort.abort();
    const sent = await finish(clock, outbound.send(request(['a', 'b', 'c'], { identity }), abort.signal));
    expect(outcomes(sent)).toEqual(['accepted', 'refused', 'not_sent']);
    expect(outcomes(await send(['a', 'b', 'c'], { identity }))).toEqual(['accepted', 'accepted', 'accepted']);
    expect(weChat.lines).toEqual(['a', 'b', 'c']);
  });

  describe('when the conversation is closed', () => {
    const limits = { ...DEFAULT_LIMITS, quota: 1 };

    it('queues the rest, looks for a message of the user, and asks somebody to watch', async () => {
      const sent = await send(['a', 'b', 'c'], { limits });
      expect(outcomes(sent)).toEqual(['accepted', 'queued', 'queued']);
      expect(sent.parts[1]).toMatchObject({
        queueId: 1,
        expiresAt: new Date(clock.now() + 60_000).toISOString(),
      });
      expect([await waiting(), watches, looks]).toEqual([['b', 'c'], 1, 1]);
      await send('d', { limits });
      expect([await waiting(), watches, looks]).toEqual([['b', 'c', 'd'], 2, 2]);
    });

    it('sends at once when the look found that the user has written', async () => {
      await send('a', { limits });
      look = userWrites;
      expect(outcomes(await send('b', { limits }))).toEqual(['accepted']);
    });

    it('sends first what waits, when the look found that the user has written', async () => {
      await send(['a', 'b'], { limits });
      look = userWrites;
      const more = { ...DEFAULT_LIMITS, quota: 2 };
      clock.set(1);
      await store.outbox.remove('bot', [1]);
      await queue.add([
        {
          userId: USER,
          sendId: 's',
          type: 'text',
          item: '{"type":1,"text_item":{"text":"b"}}',
          ageNote: '',
          reason: 'quota_used',
          clientId: null,
          ...more,
          queuedAt: 0,
          expiresAt: clock.now() + 9,
        },
      ]);
      await send('c', { limits: { ...more, quota: 1 } });
      expect([...weChat.lines, ...(await waiting())]).toEqual(['a', 'b', 'c']);
    });

    it('is an error that says what to do, when the node wants that', async () => {
      await send('a', { limits });
      const sent = await send(['b', 'c'], { limits, whenClosed: 'error' });
      expect(outcomes(sent)).toEqual(['refused', 'not_sent']);
      expect(sent.failure).toMatchObject({
        name: 'ConversationClosed',
        code: 'conversation_closed',
        reason: 'quota_used',
      });
      expect(await waiting()).toEqual([]);
    });

    it('asks all the same when the node wants that, past what waits', async () => {
      await send(['a', 'b'], { limits });
      expect(outcomes(await send('c', { limits, whenClosed: 'sendAnyway' }))).toEqual(['accepted']);
      expect([weChat.lines, await waiting()]).toEqual([['a', 'c'], ['b']]);
    });

    it('queues when only the server knew, and asks it once', async () => {
      weChat.faults.push(closed());
      expect(outcomes(await send('a'))).toEqual(['queued']);
      expect(outcomes(await send('b'))).toEqual(['queued']);
      expect(weChat.asked).toHaveLength(1);
    });
  });

  describe('behind what waits', () => {
    it('goes after it in the order of the calls, also when it cannot go out just now', async () => {
      weChat.faults.push(closed());
      await send('a');
      clock.set(1);
      await userWrites();
      isLeader = false;
      expect(outcomes(await send('b'))).toEqual(['queued']);
      isLeader = true;
      expect(outcomes(await send('c'))).toEqual(['accepted']);
      expect(weChat.lines).toEqual(['a', 'b', 'c']);
    });

    it('queues up when the queue cannot be sent', async () => {
      weChat.faults.push(closed());
      await send('a');
      clock.set(1);
      await userWrites();
      outbound = processWith({
        outbox: {
          add: (drafts) => queue.add(drafts),
          flush: () => Promise.reject(new Error('full')),
          noteTrouble: () => undefined,
        },
      });
      expect(outcomes(await send('b'))).toEqual(['queued']);
      expect(reports).toEqual(['outbox_not_sent']);
    });
  });

  describe('A retry of what an earlier try had queued', () => {
    const again = { ...identity, execution: '2', isRetry: true, knowsOrigin: true };
    /** An item of which all was queued, in an execution in which another item failed then. */
    const queueAll = async (): Promise<SendResult> => {
      await store.conversations.settle(
        'bot',
        USER,
        await store.conversations.claim('bot', USER, { now: clock.now(), gapMs: 0 }),
        {
          isBack: true,
          isClosed: true,
          now: clock.now(),
          gapMs: 0,
        },
      );
      const sent = await send(['a', 'b'], { identity: { ...identity, parts: ['a', 'b'] } });
      expect(outcomes(sent)).toEqual(['queued', 'queued']);
      await checkpoints.brokeOff({ ...identity, parts: ['a', 'b'] }, { done: sent.parts });
      return sent;
    };
    const retry = (): Promise<SendResult> => send(['a', 'b'], { identity: { ...again, parts: ['a', 'b'] } });

    it('says that it still waits', async () => {
      await queueAll();
      expect(outcomes(await retry())).toEqual(['queued', 'queued']);
      expect(await waiting()).toEqual(['a', 'b']);
    });

    it('says that it was sent, and with which id, and sends nothing', async () => {
      await queueAll();
      await userWrites();
      await finish(clock, queue.flush(USER));
      const { length } = weChat.asked;
      const sent = await retry();
      expect(sent.parts).toMatchObject([
        { outcome: 'accepted', message_id: expect.any(String) },
        { outcome: 'accepted', message_id: expect.any(String) },
      ]);
      expect(weChat.asked).toHaveLength(length);
    });

    it.each(['expired', 'cancelled'])('sends again what has %s', async (how) => {
      await queueAll();
      if (how === 'cancelled') await finish(clock, queue.cancel(USER));
      else {
        clock.set(61_000);
        await finish(clock, queue.flush(USER));
      }
      await userWrites();
      expect(outcomes(await retry())).toEqual(['accepted', 'accepted']);
      expect(weChat.lines).toEqual(['a', 'b']);
    });

    it('says that nobody knows, when nobody does', async () => {
      const sent = await queueAll();
      const ids = sent.parts.flatMap((part) => (part.outcome === 'queued' ? [part.queueId] : []));
      await store.outbox.remove('bot', ids);
      await userWrites();
      expect(await retry()).toMatchObject({
        parts: [{ outcome: 'in_doubt', end: 'unknown' }, {}],
      });
      expect(weChat.asked).toHaveLength(0);
    });
  });

  it('looks when no token is known for the user, and nowhere else', async () => {
    await send('a', { to: 'stranger' });
    expect(looks).toBe(1);
    await send('a', { to: 'another', contextToken: { fallback: 'of the item' } });
    await send('a', { to: 'another', contextToken: { wanted: 'wanted' } });
    await send('a');
    expect(looks).toBe(1);
  });

  describe('when a part fails', () => {
    it('says which arrived, and a retry goes on after them', async () => {
      weChat.faults.push(undefined, refused());
      const sent = await send(['a', 'b', 'c'], { identity });
      expect(outcomes(sent)).toEqual(['accepted', 'refused', 'not_sent']);
      expect(sent.failure).toBeInstanceOf(ILinkApiError);
      const again = await send(['a', 'b', 'c'], { identity: { ...identity, execution: '2', isRetry: true } });
      expect(outcomes(again)).toEqual(['accepted', 'accepted', 'accepted']);
      expect(again.resumed).toBe(1);
      expect(again.parts[0]).toEqual(sent.parts[0]);
      expect(weChat.lines).toEqual(['a', 'b', 'c']);
    });

    it('whose answer got lost, the retry sends it under the same id, so that it arrives once', async () => {
      weChat.faults.push(lost(), lost(), lost());
      expect(outcomes(await send('a', { identity }))).toEqual(['in_doubt']);
      expect(outcomes(await send('a', { identity }))).toEqual(['accepted']);
      expect(weChat.lines).toEqual(['a']);
    });

    it('may have arrived and then the conversation is closed, the next try still has the id', async () => {
      weChat.faults.push(lost(), closed());
      const sent = await send('a', { identity, whenClosed: 'error' });
      expect(outcomes(sent)).toEqual(['in_doubt']);
      clock.set(1);
      await userWrites();
      await send('a', { identity, whenClosed: 'error' });
      expect(weChat.lines).toEqual(['a']);
    });

    it('may have arrived and is queued, it goes out under the same id', async () => {
      weChat.faults.push(lost(), closed());
      expect(outcomes(await send(['a', 'b']))).toEqual(['queued', 'queued']);
      clock.set(1);
      await userWrites();
      await finish(clock, queue.flushAll());
      expect(weChat.lines).toEqual(['a', 'b']);
    });

    it('may have arrived and cannot be queued, the next try still has the id', async () => {
      most = 0;
      weChat.faults.push(lost(), closed());
      const sent = await send('a', { identity });
      expect(outcomes(sent)).toEqual(['in_doubt']);
      expect(sent.failure).toMatchObject({ name: 'OutboxFull' });
      clock.set(1);
      await userWrites();
      await send('a', { identity });
      expect(weChat.lines).toEqual(['a']);
    });

    it('cannot be queued as the queue is full, nothing of it is, and the error says so', async () => {
      most = 1;
      const sent = await send(['a', 'b', 'c'], { limits: { ...DEFAULT_LIMITS, quota: 1 } });
      expect(outcomes(sent)).toEqual(['accepted', 'refused', 'not_sent']);
      expect(sent.failure).toMatchObject({ name: 'OutboxFull' });
      expect([await waiting(), watches]).toEqual([[], 0]);
    });
  });
});
