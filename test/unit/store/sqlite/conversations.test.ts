import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { SqliteStore } from '../../../../store/sqlite/sqlite-store';
import type { ReceivedBatch, ReceivedMessage, SendClaim, SendTerms } from '../../../../store/store';
import { removeTempFolders, tempFolder } from '../../../support/temp-folder';

const NOW = 1_764_000_000_000;
const USER = 'u@im.wechat';
const SPACING = { now: NOW, gapMs: 0 };
const TERMS: SendTerms = { hasToken: true, login: 'login', quota: 10, openSince: NOW - 1_000 };

describe('SqliteConversations', () => {
  let path: string;
  let store: SqliteStore;
  let messages = 0;
  const open = (): SqliteStore =>
    SqliteStore.open(path, NOW, () => {
      throw new Error('nothing was to be set aside');
    });
  const receive = (message: Partial<ReceivedMessage> = {}, more: Partial<ReceivedBatch> = {}) =>
    store.inbox.receive({
      bot: 'bot',
      connection: 'connection',
      login: 'login',
      receivedAt: NOW,
      sleepersSince: NOW,
      messages: [
        { body: '{}', userId: USER, keys: [{ key: `m:${messages++}`, windowMs: 1e12 }], ...message },
      ],
      ...more,
    });
  const rowsOfPacing = async (): Promise<number> => {
    const database = new DatabaseSync(path, { readOnly: true });
    const rows = database.prepare('SELECT count(*) AS n FROM pacing').get()!.n;
    database.close();
    return Number(rows);
  };
  const known = () => store.conversations.get('bot', USER);
  const claim = (terms?: SendTerms): Promise<SendClaim> =>
    store.conversations.claim('bot', USER, SPACING, terms);

  beforeEach(() => {
    path = join(tempFolder(), 'wechat.sqlite');
    store = open();
  });
  afterEach(() => store.close());
  afterAll(removeTempFolders);

  it('writes nothing for the end of a message that keeps no distance and changed nothing, else what it changed', async () => {
    await receive();
    const plain = await claim(TERMS);
    const version = await rowsOfPacing();
    await store.conversations.settle('bot', USER, plain, { ...SPACING, isTaken: true });
    expect([version, await rowsOfPacing()]).toEqual([0, 0]);
    await store.conversations.settle('bot', USER, plain, { ...SPACING, isBack: true });
    expect(await known()).toMatchObject({ sentSince: 0 });
  });
});
