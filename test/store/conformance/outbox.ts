import type { Store } from '../../../store/store';

import type { QueuedMessage } from '../../../store/outbox';
import { toQueue } from '../../support/queued';
import type { StoreUnderTest } from './store-under-test';

const NOW = 1_764_000_000_000;
const USER = 'u@im.wechat';

export function outboxPromises({ open }: StoreUnderTest): void {
  describe('the outbox', () => {
    let store: Store;
    const draft = (text: string, more: Partial<QueuedMessage> = {}) =>
      toQueue({
        item: JSON.stringify({ type: 1, text_item: { text } }),
        reason: 'window_over',
        ageNote: '{age}',
        windowMs: 1_000,
        expiresAt: NOW + 5_000,
        ...more,
      });
    const keep = async (...drafts: Array<Omit<QueuedMessage, 'id'>>): Promise<number[]> =>
      (await store.outbox.add(drafts))!;
    const clientIds = async (): Promise<Array<string | null>> =>
      (await store.outbox.list('bot')).map(({ clientId }) => clientId);

    beforeEach(async () => {
      store = await open();
    });

    it('gives what waits oldest first and as it came, also after it was closed and opened', async () => {
      const ids = await keep(draft('a'), draft('b', { clientId: 'tried' }));
      const [later] = await keep(draft('c', { userId: 'other' }));
      await store.close();
      store = await open();
      expect(await store.outbox.list('bot', USER)).toEqual([
        { ...draft('a'), id: ids[0], clientId: null },
        { ...draft('b'), id: ids[1], clientId: 'tried' },
      ]);
      expect((await store.outbox.list('bot')).map(({ id }) => id)).toEqual([...ids, later]);
    });

    it('counts for a user and for the bot, and knows for whom something waits', async () => {
      await keep(draft('a'), draft('b'), draft('c', { userId: 'other' }));
      await keep(draft('d', { bot: 'another bot' }));
      expect(await store.outbox.count('bot')).toBe(3);
      expect(await store.outbox.count('bot', USER)).toBe(2);
      expect((await store.outbox.users('bot')).sort()).toEqual(['other', USER]);
      expect(await store.outbox.users('nobody')).toEqual([]);
    });

    it('never gives an id twice, so that a cancelled one cannot name another message', async () => {
      const [first] = await keep(draft('a'));
      await store.outbox.remove('bot', [first!]);
      expect((await keep(draft('b')))[0]).toBeGreaterThan(first!);
    });

    it('keeps all of a send or nothing, when the queue of the bot is full', async () => {
      expect(await store.outbox.add([draft('a'), draft('b')], 3)).toHaveLength(2);
      expect(await store.outbox.add([draft('c'), draft('d')], 3)).toBeUndefined();
      expect(await store.outbox.count('bot')).toBe(2);
      expect(await store.outbox.add([draft('c')], 3)).toHaveLength(1);
      expect(await store.outbox.add([draft('x', { bot: 'another bot' })], 3)).toHaveLength(1);
    });

    describe('a shipment', () => {
      it('goes out under one id, and each message waits by itself again when it was refused', async () => {
        const ids = await keep(draft('a'), draft('b'), draft('c'));
        expect(await store.outbox.assignClientId(ids.slice(0, 2), 'c1')).toBe(true);
        expect(await clientIds()).toEqual(['c1', 'c1', null]);
        await store.outbox.clearClientId('c1');
        expect(await clientIds()).toEqual([null, null, null]);
      });

      it('is not two: what is on its way for another process is not taken', async () => {
        const ids = await keep(draft('a'), draft('b'));
        const other = await open();
        expect(await other.outbox.assignClientId([ids[1]!], 'theirs')).toBe(true);
        expect(await store.outbox.assignClientId(ids, 'ours')).toBe(false);
        expect(await clientIds()).toEqual([null, 'theirs']);
        await other.close();
      });

      it('is none when one of its messages was cancelled', async () => {
        const ids = await keep(draft('a'), draft('b'));
        await store.outbox.removeWaiting('bot', [ids[0]!]);
        expect(await store.outbox.assignClientId(ids, 'c1')).toBe(false);
        expect(await clientIds()).toEqual([null]);
      });
    });

    describe('taking out', () => {
      it('says what was still there, and touches no other bot', async () => {
        const ids = await keep(draft('a'), draft('b'));
        const [foreign] = await keep(draft('x', { bot: 'another bot' }));
        expect(await store.outbox.remove('bot', [ids[0]!, foreign!, 999])).toEqual([ids[0]]);
        expect(await store.outbox.remove('bot', [ids[0]!])).toEqual([]);
        expect(await store.outbox.count('another bot')).toBe(1);
      });

      it('leaves what is on its way when it is only to be withdrawn', async () => {
        const ids = await keep(draft('a'), draft('b'));
        await store.outbox.assignClientId([ids[0]!], 'c1');
        expect(await store.outbox.removeWaiting('bot', ids)).toEqual([ids[1]]);
        expect(await clientIds()).toEqual(['c1']);
        expect(await store.outbox.remove('bot', ids)).toEqual([ids[0]]);
      });
    });

    describe('the word that is left', () => {
      const notice = { userId: USER, at: NOW, body: '{"type":"status"}' };
      const pendingOf = async (subscriber: string): Promise<unknown[]> =>
        Promise.all(
          (await store.inbox.pending(subscriber, 0)).map(async ({ seq }) => {
            const { kind, body } = (await store.inbox.waiting(subscriber, seq))!;
            return [kind, body];
          }),
        );

      it('goes to every trigger of the bot that is awake, and to no other', async () => {
        await store.inbox.subscribe('a', 'bot');
        await store.inbox.subscribe('b', 'bot');
        await store.inbox.subscribe('asleep', 'bot');
        await store.inbox.unsubscribe('asleep', NOW);
        await store.inbox.subscribe('foreign', 'another bot');
        const ids = await keep(draft('a'));
        await store.outbox.remove('bot', ids, notice);
        expect(await pendingOf('a')).toEqual([['notice', notice.body]]);
        expect(await pendingOf('b')).toEqual([['notice', notice.body]]);
        expect([await pendingOf('asleep'), await pendingOf('foreign')]).toEqual([[], []]);
      });

      it('is left once, by the one who took the messages out', async () => {
        await store.inbox.subscribe('a', 'bot');
        const ids = await keep(draft('a'));
        await store.outbox.remove('bot', ids, notice);
        await store.outbox.remove('bot', ids, notice);
        expect(await pendingOf('a')).toHaveLength(1);
      });

      it('is not stored when nobody is there to hear it', async () => {
        await store.outbox.remove('bot', await keep(draft('a')), notice);
        expect(await store.inbox.newestSeq('bot')).toBe(0);
      });
    });
  });
}
