import type { Retention, Store } from '../../../store/store';
import { NOW, receivedBatch as batch, receivedMessage as message } from '../../support/received';
import type { StoreUnderTest } from './store-under-test';

export function prunePromises({ open }: StoreUnderTest): void {
  describe('pruning', () => {
    let store: Store;

    beforeEach(async () => {
      store = await open();
    });

    const pendingOf = async (subscriber: string): Promise<number[]> =>
      (await store.inbox.pending(subscriber, 0)).map(({ seq }) => seq);

    const limits = (more: Partial<Retention>): Retention => ({
      before: 0,
      messages: 1e9,
      waiting: 1e9,
      ...more,
    });

    it('deletes what is old, with what it was known by', async () => {
      await store.inbox.receive(batch([message('1')]));
      await store.inbox.receive(batch([message('2')], { receivedAt: NOW + 10 }));
      expect(await store.prune(limits({ before: NOW + 5 }))).toEqual({ messages: 1, waiting: 0 });
      expect(await store.inbox.messagesAfter('bot', 0, 10)).toHaveLength(1);
      expect(await store.inbox.receive(batch([message('1')], { receivedAt: NOW + 20 }))).toHaveLength(1);
    });

    it('keeps the newest messages of each bot', async () => {
      for (const bot of ['x', 'y']) {
        await store.inbox.receive(
          batch(
            ['1', '2', '3', '4'].map((id) => message(id)),
            { bot },
          ),
        );
      }
      expect(await store.prune(limits({ messages: 2 }))).toEqual({ messages: 4, waiting: 0 });
      expect((await store.inbox.messagesAfter('x', 0, 10)).map(({ body }) => body)).toEqual([
        '{"id":"3"}',
        '{"id":"4"}',
      ]);
    });

    it('does not count out a message that somebody still waits for', async () => {
      await store.inbox.subscribe('a', 'bot');
      await store.inbox.receive(batch([message('1')]));
      await store.inbox.unsubscribe('a', NOW - 1);
      await store.inbox.receive(batch([message('2'), message('3')]));
      await store.prune(limits({ messages: 1 }));
      expect(await pendingOf('a')).toHaveLength(1);
      expect(await store.inbox.messagesAfter('bot', 0, 10)).toHaveLength(2);
    });

    it('says how many messages went that nobody had taken', async () => {
      await store.inbox.subscribe('a', 'bot');
      await store.inbox.receive(batch([message('1'), message('2'), message('3')]));
      expect((await store.prune(limits({ waiting: 2 }))).waiting).toBe(1);
      expect(await store.prune(limits({ before: NOW + 1 }))).toEqual({ messages: 3, waiting: 2 });
      expect(await pendingOf('a')).toEqual([]);
    });

    describe('with many bots', () => {
      const flood = async (bot: string, count: number, subscriber = `workflow of ${bot}`): Promise<void> => {
        await store.inbox.subscribe(subscriber, bot);
        const messages = Array.from({ length: count }, (_, i) => message(`${bot} ${i}`));
        await store.inbox.receive(batch(messages, { bot, connection: bot }));
      };
      const waitingOf = async (bot: string, subscriber = `workflow of ${bot}`): Promise<string[]> => {
        const all = await store.inbox.messagesAfter(bot, 0, 1e6);
        const seqs = new Set(await pendingOf(subscriber));
        return all.filter(({ seq }) => seqs.has(seq)).map(({ body }) => body);
      };

      it('a flood at one of them costs the others nothing, and itself only the oldest', async () => {
        await flood('quiet', 3);
        await flood('flooded', 3_000);
        await flood('late', 2);
        expect(await store.prune(limits({ waiting: 1_500 }))).toMatchObject({ waiting: 1_505 });
        expect(await waitingOf('quiet')).toHaveLength(3);
        expect(await waitingOf('late')).toHaveLength(2);
        const left = await waitingOf('flooded');
        expect(left).toHaveLength(1_495);
        expect(left.at(-1)).toBe('{"id":"flooded 2999"}');
      });

      it('a workflow that takes nothing any more does not take the place of another one on the same bot', async () => {
        await store.inbox.subscribe('dead', 'bot');
        await flood('bot', 3_000, 'dead');
        await store.inbox.subscribe('alive', 'bot');
        await store.inbox.receive(batch([message('last')], { bot: 'bot' }));
        await store.prune(limits({ waiting: 1_200 }));
        expect(await pendingOf('alive')).toHaveLength(1);
        expect(await pendingOf('dead')).toHaveLength(1_199);
      });

      it('what came while nobody listened is bounded in the same way', async () => {
        const messages = Array.from({ length: 2_500 }, (_, i) => message(String(i)));
        await store.inbox.receive(batch(messages, { bot: 'unheard', keepForLater: true }));
        await flood('heard', 5);
        expect(await store.prune(limits({ waiting: 1_500 }))).toMatchObject({ waiting: 1_005 });
        expect(await waitingOf('heard')).toHaveLength(5);
      });

      it('the keys of one that is flooded go, and not those by which the messages of others are known again', async () => {
        await store.inbox.receive(batch([message('quiet 1')], { bot: 'quiet' }));
        await flood('flooded', 3_000);
        await store.prune(limits({ seen: 1_500 }));
        expect(await store.inbox.receive(batch([message('quiet 1')], { bot: 'quiet' }))).toEqual([]);
        const again = batch([message('flooded 0'), message('flooded 2999')], { bot: 'flooded' });
        expect((await store.inbox.receive(again)).map(({ body }) => body)).toEqual(['{"id":"flooded 0"}']);
      });
    });

    it('is taken on by one of those who share the file', async () => {
      const second = await open();
      expect(await store.jobs.claim('prune', NOW, 600_000)).toBe(true);
      expect(await second.jobs.claim('prune', NOW + 599_999, 600_000)).toBe(false);
      expect(await store.jobs.claim('something else', NOW, 600_000)).toBe(true);
      expect(await second.jobs.claim('prune', NOW + 600_000, 600_000)).toBe(true);
      // The clock was put back.
      expect(await store.jobs.claim('prune', NOW - 86_400_000, 600_000)).toBe(true);
      await second.close();
    });
  });
}
