import type { Retention, Store } from '../../../store/store';
import { NOW, receivedBatch as batch, receivedMessage as message } from '../../support/received';
import { until, type StoreUnderTest } from './store-under-test';

export function inboxPromises({ open }: StoreUnderTest): void {
  describe('messages', () => {
    let store: Store;

    beforeEach(async () => {
      store = await open();
    });

    const pendingOf = async (subscriber: string): Promise<number[]> =>
      (await store.inbox.pending(subscriber, 0)).map(({ seq }) => seq);

    describe('the inbox', () => {
      it('keeps a message for everybody who is subscribed to the bot, and for nobody else', async () => {
        await store.inbox.subscribe('a', 'bot');
        await store.inbox.subscribe('b', 'bot');
        await store.inbox.subscribe('c', 'another bot');
        const [kept] = await store.inbox.receive(batch([message('1')]));
        expect(await pendingOf('a')).toEqual([kept!.seq]);
        expect(await pendingOf('b')).toEqual([kept!.seq]);
        expect(await pendingOf('c')).toEqual([]);
      });

      it('gives pending messages oldest first, also after it was closed and opened', async () => {
        await store.inbox.subscribe('a', 'bot');
        await store.inbox.receive(batch([message('1'), message('2')], { cursor: 'x' }));
        await store.inbox.receive(batch([message('3')]));
        await store.close();
        store = await open();
        const bodies = await Promise.all((await pendingOf('a')).map((seq) => store.inbox.waiting('a', seq)));
        expect(bodies.map((stored) => stored!.body)).toEqual(['{"id":"1"}', '{"id":"2"}', '{"id":"3"}']);
        expect(await store.inbox.cursor('connection')).toBe('x');
      });

      it('forgets a delivery when it was handed over, and only for this subscriber', async () => {
        await store.inbox.subscribe('a', 'bot');
        await store.inbox.subscribe('b', 'bot');
        const [kept] = await store.inbox.receive(batch([message('1')]));
        await store.inbox.handedOver('a', kept!.seq);
        expect(await pendingOf('a')).toEqual([]);
        expect(await store.inbox.waiting('a', kept!.seq)).toBeUndefined();
        expect(await pendingOf('b')).toEqual([kept!.seq]);
      });

      it('keeps what waits for a subscriber who went, and keeps nothing new for it until it comes back', async () => {
        await store.inbox.subscribe('a', 'bot');
        await store.inbox.receive(batch([message('1')]));
        await store.inbox.unsubscribe('a', NOW - 1);
        await store.inbox.receive(batch([message('2')]));
        await store.inbox.subscribe('a', 'bot');
        await store.inbox.receive(batch([message('3')]));
        expect(await pendingOf('a')).toHaveLength(2);
      });

      it('still keeps messages for a subscriber who fell asleep a moment ago', async () => {
        await store.inbox.subscribe('a', 'bot');
        await store.inbox.unsubscribe('a', NOW - 60_000);
        await store.inbox.receive(batch([message('1')], { sleepersSince: NOW - 120_000 }));
        await store.inbox.receive(batch([message('2')], { sleepersSince: NOW - 30_000 }));
        expect(await pendingOf('a')).toHaveLength(1);
      });

      it('notes failed attempts and when the next one is due', async () => {
        await store.inbox.subscribe('a', 'bot');
        const [kept] = await store.inbox.receive(batch([message('1')]));
        await store.inbox.attempted('a', kept!.seq, 1, NOW + 5);
        expect(await store.inbox.pending('a', 0)).toEqual([
          { seq: kept!.seq, userId: 'u@im.wechat', attempts: 1, nextAt: NOW + 5 },
        ]);
      });

      it('drops a message that came before, and keeps its newer context token', async () => {
        await store.inbox.subscribe('a', 'bot');
        await store.inbox.receive(batch([message('1', { contextToken: 'old' })]));
        const again = message('2', {
          contextToken: 'new',
          keys: [
            { key: 'm:2', windowMs: 1e12 },
            { key: 'm:1', windowMs: 1e12 },
          ],
        });
        expect(await store.inbox.receive(batch([again]))).toEqual([]);
        expect(await pendingOf('a')).toHaveLength(1);
        expect(await store.conversations.get('bot', 'u@im.wechat')).toMatchObject({ contextToken: 'new' });
      });

      it('drops a duplicate within one batch, and across a restart', async () => {
        expect(await store.inbox.receive(batch([message('1'), message('1')]))).toHaveLength(1);
        await store.close();
        store = await open();
        expect(await store.inbox.receive(batch([message('1')]))).toEqual([]);
      });

      it('takes the same key for another message once its window is over', async () => {
        const keys = [{ key: 'c:1', windowMs: 60_000 }];
        await store.inbox.receive(batch([message('1', { keys })]));
        expect(
          await store.inbox.receive(batch([message('2', { keys })], { receivedAt: NOW + 60_000 })),
        ).toEqual([]);
        expect(
          await store.inbox.receive(batch([message('3', { keys })], { receivedAt: NOW + 200_000 })),
        ).toHaveLength(1);
      });

      it('never takes messages without keys for duplicates', async () => {
        expect(
          await store.inbox.receive(batch([message('1', { keys: [] }), message('1', { keys: [] })])),
        ).toHaveLength(2);
      });

      it('keeps all of a batch or nothing of it', async () => {
        await store.inbox.subscribe('a', 'bot');
        const broken = message('2', { body: null as unknown as string });
        await expect(store.inbox.receive(batch([message('1'), broken], { cursor: 'x' }))).rejects.toThrow();
        expect(await pendingOf('a')).toEqual([]);
        expect(await store.inbox.cursor('connection')).toBe('');
        expect(await store.inbox.receive(batch([message('1')]))).toHaveLength(1);
      });

      it('has a cursor for each connection', async () => {
        await store.inbox.receive(batch([], { cursor: 'x' }));
        expect(await store.inbox.cursor('another')).toBe('');
        expect(await store.inbox.cursor('connection')).toBe('x');
      });

      it('shows what came after a point to those who only watch', async () => {
        await store.inbox.receive(batch([message('1')]));
        const from = await store.inbox.newestSeq('bot');
        await store.inbox.receive(batch([message('2'), message('3')]));
        await store.inbox.receive(batch([message('4')], { bot: 'another' }));
        expect((await store.inbox.messagesAfter('bot', from, 10)).map(({ body }) => body)).toEqual([
          '{"id":"2"}',
          '{"id":"3"}',
        ]);
        expect(await store.inbox.messagesAfter('bot', from, 1)).toHaveLength(1);
        expect(await store.inbox.newestSeq('a bot without messages')).toBe(0);
      });

      it('tells when another process has written', async () => {
        const other = await open();
        const before = await store.version();
        await store.checkWritable(NOW);
        expect(await store.version()).toBe(before);
        await other.inbox.receive(batch([message('1')]));
        await until(async () => (await store.version()) !== before);
        await other.close();
      });
    });

    describe('what comes while nobody listens', () => {
      it('is kept for the first who subscribes, when it came because somebody only wanted to send', async () => {
        const [kept] = await store.inbox.receive(batch([message('1')], { keepForLater: true }));
        await store.inbox.receive(batch([message('2')]));
        await store.inbox.subscribe('a', 'another bot');
        expect(await pendingOf('a')).toEqual([]);
        await store.inbox.subscribe('b', 'bot');
        expect(await pendingOf('b')).toEqual([kept!.seq]);
      });

      it('is not offered again to who had it, and goes to everybody who would have heard it', async () => {
        await store.inbox.subscribe('awake', 'bot');
        await store.inbox.unsubscribe('awake', NOW - 1);
        await store.inbox.subscribe('long asleep', 'bot');
        await store.inbox.unsubscribe('long asleep', NOW - 1_000);
        const [kept] = await store.inbox.receive(batch([message('1')], { keepForLater: true }));
        await store.inbox.subscribe('new', 'bot', NOW - 100);
        expect(await pendingOf('new')).toEqual([kept!.seq]);
        expect(await pendingOf('awake')).toEqual([kept!.seq]);
        expect(await pendingOf('long asleep')).toEqual([]);
        await store.inbox.handedOver('new', kept!.seq);
        await store.inbox.subscribe('new', 'bot', NOW - 100);
        expect(await pendingOf('new')).toEqual([]);
      });

      it('outlives the limit on how many messages are kept, and is counted when it is too old', async () => {
        await store.inbox.receive(batch([message('1')], { keepForLater: true }));
        await store.inbox.receive(batch([message('2')]));
        await store.inbox.receive(batch([message('3')]));
        const limits: Retention = { before: NOW, messages: 1, waiting: 10 };
        expect(await store.prune(limits)).toEqual({ messages: 1, waiting: 0 });
        expect(await store.prune({ ...limits, before: NOW + 1 })).toEqual({ messages: 2, waiting: 1 });
      });

      it('is kept once only for those who take it at once', async () => {
        await store.inbox.subscribe('a', 'bot');
        const [kept] = await store.inbox.receive(batch([message('1')], { keepForLater: true }));
        await store.inbox.handedOver('a', kept!.seq);
        await store.inbox.subscribe('b', 'bot', 0);
        expect([await pendingOf('a'), await pendingOf('b')]).toEqual([[], []]);
      });
    });
  });
}
