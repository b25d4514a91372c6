import { join } from 'node:path';

import { checkStore } from '../../../../cli/doctor/store';
import { SqliteStore } from '../../../../store/sqlite/sqlite-store';
import { NOW, receivedBatch, receivedMessage } from '../../../support/received';
import { removeTempFolders, tempFolder } from '../../../support/temp-folder';

const BOT = 'b'.repeat(32);
const OWNER = JSON.stringify(['n8n-main 4026531836', 7, 'abc']);

describe('What the doctor says of the store', () => {
  let folder: string;
  let store: SqliteStore;
  const env = () => ({ WECHAT_ILINK_FOLDER: folder });
  beforeEach(() => {
    folder = tempFolder();
    store = SqliteStore.open(join(folder, 'wechat.sqlite'), NOW, () => undefined);
  });
  const kept = async (show: boolean) =>
    (await checkStore(env(), show)).filter(({ check }) => ['kept', 'unreadable'].includes(check));
  afterEach(() => store.close());
  afterAll(removeTempFolders);

  it('is nothing where n8n keeps nothing', async () =>
    expect(await checkStore({ WECHAT_ILINK_FOLDER: tempFolder() }, false)).toEqual([]));

  it('is that all is well, and how many own messages came back', async () => {
    await store.inbox.receive(receivedBatch([receivedMessage('1', { isEcho: true })]));
    expect(await kept(false)).toMatchObject([
      { verdict: 'ok', message: expect.stringContaining('1 messages of the bot itself came back') },
    ]);
  });

  it('lists what could not be read, and shows it only when asked', async () => {
    const piece = {
      digest: 'd',
      reason: 'not_json',
      body: Buffer.from('{"text":"a secret\u001b[2J'),
      size: 90_000,
    };
    const notice = { userId: '', body: '{}', at: NOW };
    await store.unreadable.keep('bot', [piece], notice);
    await store.unreadable.keep('bot', [piece], notice);
    const listed = await kept(false);
    expect(listed).toMatchObject([
      { check: 'kept', verdict: 'warn', message: '1 pieces that came could not be read' },
      { check: 'unreadable', message: `${new Date(NOW).toISOString()}: no JSON, 90000 bytes, 2 times` },
    ]);
    expect(JSON.stringify(listed)).not.toContain('secret');
    const shown = (await kept(true))[1]!.message;
    expect(shown).toContain('a secret\\u001b[2J');
  });

  it('leaves a file alone that it cannot read', async () => {
    await store.close();
    const { writeFileSync } = await import('node:fs');
    writeFileSync(join(folder, 'wechat.sqlite'), 'no database');
    expect(await checkStore(env(), false)).toMatchObject([{ check: 'store', verdict: 'skip' }]);
    folder = tempFolder();
    store = SqliteStore.open(join(folder, 'wechat.sqlite'), NOW, () => undefined);
  });

  it('names the file and its version, and who polls', async () => {
    expect(await checkStore(env(), false)).toMatchObject([
      { check: 'store', verdict: 'ok', message: expect.stringContaining(join(folder, 'wechat.sqlite')) },
      { check: 'polls', verdict: 'ok', message: 'no process polls right now' },
      { check: 'kept' },
    ]);
    const now = Date.now();
    await store.leases.heartbeat(OWNER, { now, lifeMs: 60_000 });
    for (const connection of [BOT, 'e'.repeat(64)])
      await store.leases.acquire({ connection, owner: OWNER, now, longestLifeMs: 60_000 }, () => false);
    expect((await checkStore(env(), false))[1]!.message).toBe('process 7 on n8n-main, for 1 bot');
  });

  it('in queue mode, says what every process needs', async () => {
    const [finding] = await checkStore({ ...env(), EXECUTIONS_MODE: 'queue' }, false);
    expect(finding).toMatchObject({
      check: 'queue mode',
      verdict: 'warn',
      next: expect.stringContaining('WECHAT_ILINK_DATABASE_URL'),
    });
  });

  it('names the database that cannot be reached, and no password', async () => {
    const url = { WECHAT_ILINK_DATABASE_URL: 'postgres://user:secret@127.0.0.1:1/messages' };
    const ofN8n = {
      WECHAT_ILINK_STORE: 'n8n-database',
      DB_TYPE: 'postgresdb',
      DB_POSTGRESDB_HOST: '127.0.0.1',
      DB_POSTGRESDB_PORT: '1',
      DB_POSTGRESDB_DATABASE: 'messages',
      DB_POSTGRESDB_PASSWORD: 'secret',
    };
    for (const named of [url, ofN8n]) {
      const findings = await checkStore({ ...named, EXECUTIONS_MODE: 'queue' }, false);
      expect(findings).toMatchObject([{ check: 'store', verdict: 'fail' }]);
      expect(findings[0]!.message).toBe(
        'PostgreSQL at 127.0.0.1:1, database messages cannot be read (STORE_UNREACHABLE)',
      );
      expect(JSON.stringify(findings)).not.toContain('secret');
    }
  });

  it('says when the environment names a store that there is not', async () =>
    expect(await checkStore({ WECHAT_ILINK_STORE: 'redis' }, false)).toMatchObject([
      { check: 'store', verdict: 'fail' },
    ]));
});
