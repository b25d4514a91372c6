import type { SentMessage, Store } from '../../../store/store';
import type { StoreUnderTest } from './store-under-test';

const NOW = 1_764_000_000_000;
const USER = 'u@im.wechat';

export function recentPromises({ open }: StoreUnderTest): void {
  describe('what was said lately', () => {
    let store: Store;
    beforeEach(async () => {
      store = await open();
    });

    const receive = (body: string, ids: string[], receivedAt = NOW, userId = USER) =>
      store.inbox.receive({
        bot: 'bot',
        connection: 'connection',
        receivedAt,
        login: 'login',
        sleepersSince: NOW,
        messages: [{ body, userId, ids, keys: [{ key: body, windowMs: 1e12 }] }],
      });
    const sent = (id: string, more: Partial<SentMessage> = {}): Promise<void> =>
      store.recent.remember('bot', [{ id, userId: USER, sentAt: NOW, body: `sent ${id}`, ...more }]);
    const find = (id: string, userId = USER, bot = 'bot') => store.recent.find(bot, userId, id);

    it('is found by the id of the message and by those of its items', async () => {
      await receive('one', ['1', '11', '12']);
      for (const id of ['1', '11', '12'])
        expect(await find(id)).toEqual({ direction: 'in', at: NOW, body: 'one' });
      expect(await find('13')).toBeUndefined();
    });

    it('is found in both directions', async () => {
      await receive('one', ['1']);
      await sent('2', { sentAt: NOW + 5 });
      expect(await find('1')).toMatchObject({ direction: 'in' });
      expect(await find('2')).toEqual({ direction: 'out', at: NOW + 5, body: 'sent 2' });
    });

    it('stays within its conversation and its bot', async () => {
      await receive('one', ['1']);
      await sent('2');
      for (const id of ['1', '2']) {
        expect(await find(id, 'other@im.wechat')).toBeUndefined();
        expect(await find(id, USER, 'other bot')).toBeUndefined();
      }
    });

    it('stays the first message when an id comes twice', async () => {
      await receive('one', ['1']);
      await receive('another', ['1', '2']);
      await sent('3', { body: 'first' });
      await sent('3', { body: 'second' });
      expect(await find('1')).toMatchObject({ body: 'one' });
      expect(await find('2')).toMatchObject({ body: 'another' });
      expect(await find('3')).toMatchObject({ body: 'first' });
    });

    it('does not hold up a message that brings no ids', async () => {
      await receive('one', []);
      await store.inbox.receive({
        bot: 'bot',
        connection: 'connection',
        receivedAt: NOW,
        login: 'login',
        sleepersSince: NOW,
        messages: [{ body: 'two', userId: USER, keys: [] }],
      });
      expect(await store.inbox.newestSeq('bot')).toBe(2);
    });

    it('is bounded by age in both directions', async () => {
      await receive('old', ['1'], NOW - 10);
      await sent('2', { sentAt: NOW - 10 });
      await receive('new', ['3']);
      await sent('4');
      await store.prune({ before: NOW - 5, messages: 100, waiting: 100 });
      expect(await Promise.all(['1', '2', '3', '4'].map(async (id) => (await find(id))?.body))).toEqual([
        undefined,
        undefined,
        'new',
        'sent 4',
      ]);
    });

    it('is bounded by number, for each bot', async () => {
      for (let i = 0; i < 5; i++) {
        await receive(`in ${i}`, [`i${i}`]);
        await sent(`o${i}`);
      }
      await store.recent.remember('other', [{ id: 'x', userId: USER, sentAt: NOW, body: 'x' }]);
      await store.prune({ before: 0, messages: 2, waiting: 100 });
      expect(await find('i2')).toBeUndefined();
      expect(await find('o2')).toBeUndefined();
      for (const id of ['i3', 'i4', 'o3', 'o4']) expect(await find(id)).toBeDefined();
      expect(await find('x', USER, 'other')).toBeDefined();
    });
  });
}
