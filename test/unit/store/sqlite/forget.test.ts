import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { SqliteStore } from '../../../../store/sqlite/sqlite-store';
import type { QueueDraft } from '../../../../store/outbox';
import { removeTempFolders, tempFolder } from '../../../support/temp-folder';

const NOW = 1_764_000_000_000;

const BOT = { bot: 'bot', connection: 'bot login', now: NOW };

const draft = (bot: string): QueueDraft => ({
  bot,
  userId: 'u@im.wechat',
  sendId: 's',
  type: 'text',
  item: '{}',
  ageNote: '',
  quota: 10,
  windowMs: 1,
  queuedAt: NOW,
  expiresAt: NOW + 1e9,
});

describe('forgetBot', () => {
  let path: string;
  let store: SqliteStore;

  beforeEach(async () => {
    path = join(tempFolder(), 'wechat.sqlite');
    store = SqliteStore.open(path, NOW, () => undefined);
    await store.subscribe('awake', 'bot');
    await store.subscribe('asleep', 'bot');
    await store.unsubscribe('asleep', NOW);
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
      await store.receive({ ...batch, messages: [message] });
      await store.outbox.queue([draft(bot)]);
    }
  });
  afterEach(() => store.close());
  afterAll(removeTempFolders);

  it('deletes what is kept of the bot, says how much that was, and leaves other bots alone', async () => {
    expect(await store.forget(BOT)).toEqual({
      messages: 1,
      waiting: 2,
      conversations: 1,
      queued: 1,
      files: 0,
      overwritten: true,
    });
    expect(await store.outbox.queued('bot')).toEqual([]);
    expect(await store.outbox.queued('other bot')).toHaveLength(1);
    expect(await store.messagesAfter('bot', 0, 10)).toEqual([]);
    expect(await store.conversation('bot', 'u@im.wechat')).toBeUndefined();
    expect(await store.cursor('bot login')).toBe('');
    expect(await store.pending('awake', 0)).toEqual([]);
    expect(await store.messagesAfter('other bot', 0, 10)).toHaveLength(1);
    expect(await store.conversation('other bot', 'u@im.wechat')).toBeDefined();
    expect(await store.cursor('other bot login')).toBe('c');
  });

  it('leaves nothing of it in the files', async () => {
    await store.forget(BOT);
    const files = ['', '-wal'].map((suffix) => readFileSync(path + suffix).toString('latin1')).join();
    expect(files).not.toContain('a secret of bot');
    expect(files).not.toContain('token of bot');
    expect(files).toContain('a secret of other bot');
  });

  it('goes on keeping new messages for a trigger that still listens, and knows nothing of old ones', async () => {
    await store.forget(BOT);
    const message = { body: 'again', userId: 'u@im.wechat', keys: [{ key: 'm:1', windowMs: 1e12 }] };
    const batch = { bot: 'bot', connection: 'bot login', receivedAt: NOW + 1, sleepersSince: 0, login: 'l' };
    const kept = await store.receive({ ...batch, messages: [message] });
    expect((await store.pending('awake', 0)).map(({ seq }) => seq)).toEqual([kept[0]!.seq]);
    expect(await store.pending('asleep', 0)).toEqual([]);
  });
});
