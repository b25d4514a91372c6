import { PassThrough } from 'node:stream';
import { join } from 'node:path';

import { run } from '../../../../cli/run';
import { SqliteStore } from '../../../../store/sqlite/sqlite-store';
import { startPostgres, type TestPostgres } from '../../../support/postgres';
import { NOW, receivedBatch, receivedMessage } from '../../../support/received';
import { removeTempFolders, tempFolder } from '../../../support/temp-folder';

describe('store move', () => {
  let postgres: TestPostgres;
  let folder: string;
  beforeAll(async () => void (postgres = await startPostgres()));
  beforeEach(() => void (folder = tempFolder()));
  afterAll(async () => {
    await postgres.stop();
    removeTempFolders();
  });

  const call = async (args: string[], env: NodeJS.ProcessEnv = {}) => {
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    const io = { stdin: new PassThrough(), stdout, stderr, env: { WECHAT_ILINK_FOLDER: folder, ...env } };
    const code = await run(['store', ...args], io, new AbortController().signal, () => undefined);
    return { code, out: String(stdout.read() ?? ''), err: String(stderr.read() ?? '') };
  };
  const fill = async (): Promise<void> => {
    const store = SqliteStore.open(join(folder, 'wechat.sqlite'), NOW, () => undefined);
    await store.inbox.receive(receivedBatch([receivedMessage('1'), receivedMessage('2')]));
    await store.close();
  };

  it('wants to know what to do, and where to', async () => {
    expect(await call([])).toMatchObject({ code: 2, err: expect.stringContaining('"store move"') });
    expect(await call(['move'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('WECHAT_ILINK_DATABASE_URL'),
    });
    expect(await call(['move'], { WECHAT_ILINK_STORE: 'nowhere' })).toMatchObject({ code: 2 });
    expect(await call(['move', '--nonsense'])).toMatchObject({ code: 2 });
  });

  it('says that there is no file', async () =>
    expect(await call(['move'], { WECHAT_ILINK_DATABASE_URL: postgres.url })).toMatchObject({
      code: 1,
      err: expect.stringContaining('no such file'),
    }));

  it('says what it copies, compares it, and refuses to do it again', async () => {
    await fill();
    const env = { WECHAT_ILINK_DATABASE_URL: postgres.url };
    const first = await call(['move'], env);
    expect(first).toMatchObject({ code: 0, err: '' });
    expect(first.out).toContain('copied messages: 2 of 2\n');
    expect(first.out).toContain('compared messages: 2 of 2\n');
    expect(first.out).toContain('everything is there');
    const second = await call(['move'], env);
    expect(second).toMatchObject({ code: 1, err: expect.stringContaining('already has messages') });
  });

  it('shows neither the address nor the password of a database that it does not reach', async () => {
    await fill();
    const url = 'postgresql://user:secret@127.0.0.1:1/x';
    const { code, out, err } = await call(['move'], { WECHAT_ILINK_DATABASE_URL: url });
    expect(code).toBe(1);
    expect(err).toContain('cannot be reached');
    expect(out + err).not.toContain('secret');
  });
});
