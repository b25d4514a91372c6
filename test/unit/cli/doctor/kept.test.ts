import { join } from 'node:path';

import { checkKept } from '../../../../cli/doctor/kept';
import { SqliteStore } from '../../../../store/sqlite/sqlite-store';
import { NOW, receivedBatch, receivedMessage } from '../../../support/received';
import { removeTempFolders, tempFolder } from '../../../support/temp-folder';

describe('What the doctor says of what is kept', () => {
  let folder: string;
  let store: SqliteStore;
  const env = () => ({ WECHAT_ILINK_FOLDER: folder });
  beforeEach(() => {
    folder = tempFolder();
    store = SqliteStore.open(join(folder, 'wechat.sqlite'), NOW, () => undefined);
  });
  afterEach(() => store.close());
  afterAll(removeTempFolders);

  it('is nothing where n8n keeps nothing', async () =>
    expect(await checkKept({ WECHAT_ILINK_FOLDER: tempFolder() }, false)).toEqual([]));

  it('is that all is well, and how many own messages came back', async () => {
    await store.inbox.receive(receivedBatch([receivedMessage('1', { isEcho: true })]));
    expect(await checkKept(env(), false)).toMatchObject([
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
    const listed = await checkKept(env(), false);
    expect(listed).toMatchObject([
      { check: 'kept', verdict: 'warn', message: '1 pieces that came could not be read' },
      { check: 'unreadable', message: `${new Date(NOW).toISOString()}: no JSON, 90000 bytes, 2 times` },
    ]);
    expect(JSON.stringify(listed)).not.toContain('secret');
    const shown = (await checkKept(env(), true))[1]!.message;
    expect(shown).toContain('a secret\\u001b[2J');
  });

  it('leaves a file alone that it cannot read', async () => {
    await store.close();
    const { writeFileSync } = await import('node:fs');
    writeFileSync(join(folder, 'wechat.sqlite'), 'no database');
    expect(await checkKept(env(), false)).toMatchObject([{ check: 'kept', verdict: 'skip' }]);
    folder = tempFolder();
    store = SqliteStore.open(join(folder, 'wechat.sqlite'), NOW, () => undefined);
  });
});
