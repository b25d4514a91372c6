import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { SqliteStore } from '../../../../store/sqlite/sqlite-store';
import { toQueue } from '../../../support/queued';
import { removeTempFolders, tempFolder } from '../../../support/temp-folder';

const NOW = 1_764_000_000_000;

const BOT = { bot: 'bot', connection: 'bot login', now: NOW };

const draft = (bot: string) => toQueue({ bot, reason: 'window_over' });

describe('forgetBot', () => {
  let path: string;
  let store: SqliteStore;

  beforeEach(async () => {
    path = join(tempFolder(), 'wechat.sqlite');
    store = SqliteStore.open(path, NOW, () => undefined);
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
  afterEach(() => store.close());
  afterAll(removeTempFolders);

  it('leaves nothing of it in the files', async () => {
    await store.forget(BOT);
    const files = ['', '-wal'].map((suffix) => readFileSync(path + suffix).toString('latin1')).join();
    expect(files).not.toContain('a secret of bot');
    expect(files).not.toContain('token of bot');
    expect(files).toContain('a secret of other bot');
  });

  describe('looked for with "strings" in every file of the folder', () => {
    const secrets = [
      'a secret of bot',
      'token of bot',
      'earlier-connection',
      'the-bot@im.bot',
      'owner-of-bot@im.wechat',
      'said-by-bot',
    ];
    const found = (): string[] => {
      const folder = dirname(path);
      const text = readdirSync(folder).map((name) => readFileSync(join(folder, name)).toString('latin1'));
      return secrets.filter((secret) => text.join('\n').includes(secret));
    };
    const names = {
      ...BOT,
      connection: 'earlier-connection',
      names: ['the-bot@im.bot', 'owner-of-bot@im.wechat'],
    };
    const useAll = async (): Promise<void> => {
      const document = {
        key: 'link',
        body: '{"ownerUserId":"owner-of-bot@im.wechat","botId":"the-bot@im.bot"}',
        expiresAt: NOW + 1e9,
      };
      await store.documents.write('login', document, undefined, NOW);
      // What became of a message that was queued; see bot/send/queued-outcomes.ts.
      const fate = { key: 'bot 7', body: '{"message_id":"said-by-bot"}', expiresAt: NOW + 1e9 };
      await store.documents.write('left the queue', fate, undefined, NOW);
      await store.unfinished.note('send', {
        execution: '1',
        content: 'c',
        isOpen: true,
        state: '{"id":"said-by-bot"}',
        at: NOW,
        bot: 'bot',
      });
      await store.recent.remember('bot', [
        { id: 'said-by-bot', userId: 'u@im.wechat', sentAt: NOW, body: '{"said-by-bot":1}' },
      ]);
      await store.leases.acquire(
        {
          connection: 'earlier-connection',
          owner: '["a process that is gone"]',
          now: NOW,
          longestLifeMs: 1e9,
        },
        () => false,
      );
      const messages = Array.from({ length: 300 }, (_, i) => ({
        body: JSON.stringify({ text: `a secret of bot ${i}`, more: 'x'.repeat(i * 7) }),
        userId: `person ${i}`,
        contextToken: `token of bot ${i}`,
        ids: [`said-by-bot ${i}`],
        keys: [{ key: `said-by-bot ${i}`, windowMs: 1e12 }],
      }));
      await store.inbox.receive({
        bot: 'bot',
        connection: 'bot login',
        receivedAt: NOW,
        sleepersSince: NOW,
        login: 'l',
        messages,
      });
    };

    it('there is nothing: not of what is deleted, nor of what was deleted earlier or moved about', async () => {
      await useAll();
      const seqs = (await store.inbox.pending('awake', 0)).map(({ seq }) => seq);
      for (const seq of seqs) if (seq % 3 > 0) await store.inbox.handedOver('awake', seq);
      await store.prune({ before: 0, messages: 100, waiting: 1e9 });
      expect(found()).toEqual(secrets);
      expect(await store.forget(names)).toMatchObject({ overwritten: true });
      expect(found()).toEqual([]);
      expect(await store.inbox.messagesAfter('other bot', 0, 10)).toHaveLength(1);
    });

    it('there is nothing of rows that a version before this one had deleted, which overwrote nothing', async () => {
      await store.close();
      const old = new DatabaseSync(path);
      old.exec("PRAGMA secure_delete = OFF; INSERT INTO facts VALUES ('a secret of bot')");
      old.exec("DELETE FROM facts WHERE fact = 'a secret of bot'");
      old.close();
      store = SqliteStore.open(path, NOW, () => undefined);
      expect(found()).toContain('a secret of bot');
      await store.forget(names);
      expect(found()).toEqual([]);
    });

    it('there is nothing in files that were set aside; those that do not name the bot stay', async () => {
      writeFileSync(
        `${path}.set-aside-2026-01-01T00-00-00-000Z`,
        `damaged ${'.'.repeat(1_048_570)}the-bot@im.bot damaged`,
      );
      writeFileSync(`${path}.set-aside-2026-01-01T00-00-00-000Z-wal`, 'a secret of bot');
      writeFileSync(`${path}.set-aside-2026-01-02T00-00-00-000Z`, 'of somebody else');
      expect(await store.forget(names)).toMatchObject({ files: 1 });
      expect(found()).toEqual([]);
      expect(readdirSync(dirname(path)).filter((name) => name.includes('set-aside'))).toEqual([
        'wechat.sqlite.set-aside-2026-01-02T00-00-00-000Z',
      ]);
    });

    it('says when another program reads the files, so that something may be left', async () => {
      await useAll();
      const reader = new DatabaseSync(path);
      reader.exec('BEGIN');
      reader.prepare('SELECT count(*) FROM messages').get();
      expect(await store.forget(names)).toMatchObject({ overwritten: false });
      reader.close();
      expect(await store.forget(names)).toMatchObject({ overwritten: true });
      expect(found()).toEqual([]);
    }, 120_000);
  });
});
