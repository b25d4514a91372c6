import { join } from 'node:path';

import { SqliteStore } from '../../../../store/sqlite/sqlite-store';
import { NOW } from '../../../support/received';
import {
  releasedConversation,
  releasedMessage,
  releasedQueued,
  releasedStore,
} from '../../../support/released-store';
import { removeTempFolders, tempFolder } from '../../../support/temp-folder';

const USER = 'u@im.wechat';
const OTHER = 'x@im.wechat';
const TENCENT = 'https://ilinkai.weixin.qq.com';

describe('A store of version 0.1', () => {
  let store: SqliteStore;
  afterEach(() => store.close());
  afterAll(removeTempFolders);

  const migrate = (...rows: string[]): void => {
    const path = join(tempFolder(), 'wechat.sqlite');
    releasedStore(path, ...rows);
    store = SqliteStore.open(path, NOW, () => {
      throw new Error('nothing was to be set aside');
    });
  };
  const learnt = (url: string): string => `INSERT INTO facts VALUES ('gives ids: ${url}');`;
  /** As the inbox proves it with a message of the user. */
  const wrote = (bot: string, userId: string, server = TENCENT): Promise<boolean> =>
    store.logins.prove({
      bot,
      realm: server,
      userId,
      speaksFor: (servers) =>
        server === TENCENT || (servers.length > 0 && servers.every((it) => it === server)),
    });
  const queued = async (bot: string): Promise<string[]> =>
    (await store.outbox.list(bot)).map(({ item }) => item);
  const messages = async (bot: string): Promise<number[]> =>
    (await store.inbox.messagesAfter(bot, 0, 100)).map(({ seq }) => seq);
  const pending = async (subscriber: string): Promise<number[]> =>
    (await store.inbox.pending(subscriber, 0)).map(({ seq }) => seq);

  it('goes on at once for the token that has received its messages: deliveries, queue and conversations', async () => {
    migrate(
      releasedMessage(USER, 1, USER),
      releasedConversation(USER, USER, 'token'),
      releasedQueued(USER, USER, 'a'),
    );
    await store.inbox.subscribe('w', 'token');
    expect(await pending('w')).toEqual([1]);
    expect(await queued('token')).toEqual(['a']);
    expect(await store.conversations.get('token', USER)).toMatchObject({ contextToken: 'ct' });
    expect(await wrote('token', USER)).toBe(false);
    expect(await pending('w')).toEqual([1]);
    expect(await store.logins.provenUser('token')).toBe(USER);
  });

  it('is closed to a token that has received nothing there, whatever its credential says', async () => {
    migrate(
      releasedMessage(USER, 1, USER),
      releasedConversation(USER, USER, 'token'),
      releasedQueued(USER, USER, 'a'),
      `INSERT INTO cursors VALUES ('typed the same', 'c');`,
    );
    await store.inbox.subscribe('w2', 'another');
    expect(await messages('another')).toEqual([]);
    expect(await queued('another')).toEqual([]);
    expect(await pending('w2')).toEqual([]);
    expect(await wrote('another', OTHER)).toBe(false);
    expect(await queued('another')).toEqual([]);
  });

  it('opens for a new login by hand with the first message of the person, and keeps its queue and its subscribers', async () => {
    migrate(
      releasedMessage(USER, 1, USER),
      releasedMessage(USER, 2, USER, 'w2'),
      releasedConversation(USER, USER, 'token'),
      releasedQueued(USER, USER, 'a'),
    );
    await store.inbox.subscribe('w', 'new');
    expect(await pending('w')).toEqual([]);
    expect(await wrote('new', USER)).toBe(true);
    expect(await pending('w')).toEqual([1]);
    expect(await queued('new')).toEqual(['a']);
    expect(await queued('token')).toEqual([]);
    await store.inbox.subscribe('w2', 'new');
    expect(await pending('w2')).toEqual([2]);
  });

  it('opens in the same way where nobody had ever written, and only a queue is there', async () => {
    migrate(releasedConversation(USER, USER, ''), releasedQueued(USER, USER, 'a'));
    expect(await queued('token')).toEqual([]);
    await wrote('token', USER);
    expect(await queued('token')).toEqual(['a']);
  });

  it.each([
    ['a bot id that was typed', 'b@im.bot'],
    ['the digest of a credential without ids', 'f'.repeat(64)],
  ])('opens when its name is %s', async (_, bot) => {
    migrate(releasedMessage(bot, 1, USER), releasedConversation(bot, USER, 'token'));
    expect(await messages('token')).toEqual([1]);
    await wrote('new', USER);
    expect(await messages('new')).toEqual([1]);
  });

  it('brings together what was kept apart because a field was filled in later', async () => {
    migrate(
      releasedConversation('b@im.bot', USER, 'token', 1),
      releasedQueued('b@im.bot', USER, 'orphan'),
      releasedConversation(USER, USER, 'token', 2),
      releasedQueued(USER, USER, 'a'),
    );
    expect(await queued('token')).toEqual(['a']);
    expect(await wrote('token', USER)).toBe(true);
    expect((await queued('token')).sort()).toEqual(['a', 'orphan']);
  });

  describe('in which two bots wrote under one typed id', () => {
    beforeEach(() =>
      migrate(
        releasedMessage(USER, 1, USER),
        releasedMessage(USER, 2, OTHER, 'w2'),
        releasedConversation(USER, USER, 'token', 1),
        releasedConversation(USER, OTHER, 'stranger', 2),
        releasedQueued(USER, USER, 'a'),
        releasedQueued(USER, OTHER, 'b'),
      ),
    );

    it('is closed to both until their persons write, and then gives each its own', async () => {
      expect(await queued('stranger')).toEqual([]);
      expect(await queued('token')).toEqual([]);
      await wrote('stranger', OTHER);
      await store.inbox.subscribe('w2', 'stranger');
      expect(await queued('stranger')).toEqual(['b']);
      expect(await messages('stranger')).toEqual([2]);
      expect(await pending('w2')).toEqual([2]);
      await wrote('token', USER);
      await store.inbox.subscribe('w', 'token');
      expect(await queued('token')).toEqual(['a']);
      expect(await messages('token')).toEqual([1]);
      expect(await pending('w')).toEqual([1]);
    });
  });

  describe('and a server that somebody has set up', () => {
    const EVIL = 'http://evil.example';
    const left = [releasedConversation(USER, USER, ''), releasedQueued(USER, USER, 'a')];

    it.each([
      ['Tencent alone was used', [learnt(TENCENT)]],
      ['it was used beside Tencent', [learnt(TENCENT), learnt(EVIL)]],
      ['nothing is known of servers', []],
    ])('cannot speak for its users when %s', async (_, facts) => {
      migrate(...left, ...facts);
      await store.facts.learn(`gives ids: ${EVIL}`);
      await wrote('evil', USER, EVIL);
      expect(await queued('evil')).toEqual([]);
      await wrote('token', USER);
      expect(await queued('token')).toEqual(['a']);
    });

    it('speaks for them when the store has never known another', async () => {
      migrate(...left, learnt(EVIL));
      await wrote('token', USER, EVIL);
      expect(await queued('token')).toEqual(['a']);
    });

    it('keeps what it had, and cannot hand it to another login, when it cannot speak for them', async () => {
      migrate(releasedConversation(USER, USER, 'token'), releasedQueued(USER, USER, 'a'), learnt(TENCENT));
      await wrote('token', USER, EVIL);
      expect(await queued('token')).toEqual(['a']);
      await wrote('right', USER);
      expect(await queued('right')).toEqual(['a']);
      expect(await queued('token')).toEqual([]);
    });
  });
});
