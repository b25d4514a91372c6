import type { Store } from '../../../store/store';

import { toQueue } from '../../support/queued';
import type { StoreUnderTest } from './store-under-test';

const NOW = 1_764_000_000_000;

const BOT = { bot: 'bot', connection: 'bot login', now: NOW };

const draft = (bot: string) => toQueue({ bot, reason: 'window_over' });

export function forgetPromises({ open, elapse, overwrites }: StoreUnderTest): void {
  describe('forgetting a bot', () => {
    let store: Store;

    beforeEach(async () => {
      store = await open();
      await store.inbox.subscribe('awake', 'bot');
      await store.inbox.subscribe('asleep', 'bot');
      await store.inbox.unsubscribe('asleep', NOW);
      for (const bot of ['bot', 'other bot']) {
        const keys = [{ key: 'm:1', windowMs: 1e12 }];
        const message = {
          body: `a secret of ${bot}`,
          userId: 'u@im.wechat',
          contextToken: `token of ${bot}`,
          keys,
        };
        const batch = {
          bot,
          connection: `${bot} login`,
          receivedAt: NOW,
          sleepersSince: NOW,
          cursor: 'c',
          login: 'l',
        };
        await store.inbox.receive({ ...batch, messages: [message] });
        await store.outbox.add([draft(bot)]);
      }
    });

    it('deletes what is kept of the bot, says how much that was, and leaves other bots alone', async () => {
      expect(await store.forget(BOT)).toEqual({
        messages: 1,
        waiting: 2,
        conversations: 1,
        queued: 1,
        files: 0,
        overwritten: overwrites,
      });
      expect(await store.outbox.list('bot')).toEqual([]);
      expect(await store.outbox.list('other bot')).toHaveLength(1);
      expect(await store.inbox.messagesAfter('bot', 0, 10)).toEqual([]);
      expect(await store.conversations.get('bot', 'u@im.wechat')).toBeUndefined();
      expect(await store.inbox.cursor('bot login')).toBe('');
      expect(await store.inbox.pending('awake', 0)).toEqual([]);
      expect(await store.inbox.messagesAfter('other bot', 0, 10)).toHaveLength(1);
      expect(await store.conversations.get('other bot', 'u@im.wechat')).toBeDefined();
      expect(await store.inbox.cursor('other bot login')).toBe('c');
    });

    it('goes on keeping new messages for a trigger that still listens, and knows nothing of old ones', async () => {
      await store.forget(BOT);
      const message = { body: 'again', userId: 'u@im.wechat', keys: [{ key: 'm:1', windowMs: 1e12 }] };
      const batch = {
        bot: 'bot',
        connection: 'bot login',
        receivedAt: NOW + 1,
        sleepersSince: 0,
        login: 'l',
      };
      const kept = await store.inbox.receive({ ...batch, messages: [message] });
      expect((await store.inbox.pending('awake', 0)).map(({ seq }) => seq)).toEqual([kept[0]!.seq]);
      expect(await store.inbox.pending('asleep', 0)).toEqual([]);
    });

    it('deletes the subscription of a process that died, and not of one that polls', async () => {
      await store.close();
      store = await open();
      await store.leases.heartbeat('lives', { now: NOW, lifeMs: 1_000 });
      await store.leases.acquire(
        { connection: 'bot', owner: 'lives', now: NOW, longestLifeMs: 1e9 },
        () => false,
      );
      await store.forget(BOT);
      const kept = await store.inbox.receive({
        bot: 'bot',
        connection: 'bot',
        receivedAt: NOW,
        sleepersSince: 0,
        login: 'l',
        messages: [{ body: '1', userId: 'u', keys: [] }],
      });
      expect(await store.inbox.pending('awake', 0)).toHaveLength(kept.length);
      await elapse(2_000);
      await store.forget({ ...BOT, now: NOW + 2_000 });
      await store.inbox.receive({
        bot: 'bot',
        connection: 'bot',
        receivedAt: NOW,
        sleepersSince: 0,
        login: 'l',
        messages: [{ body: '2', userId: 'u', keys: [] }],
      });
      expect(await store.inbox.pending('awake', 0)).toEqual([]);
    });
  });
}
