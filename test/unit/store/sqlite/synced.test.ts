import { join } from 'node:path';

import { SqliteStore } from '../../../../store/sqlite/sqlite-store';
import type { QueuedMessage, StatusEvent } from '../../../../store/outbox';
import type { Proof } from '../../../../store/logins';
import type { UnreadablePiece } from '../../../../store/unreadable';
import { watchCommits, type Commit } from '../../../support/commits';
import { NOW, receivedBatch as batch, receivedMessage as message } from '../../../support/received';
import { removeTempFolders, tempFolder } from '../../../support/temp-folder';

const DRAFT: Omit<QueuedMessage, 'id'> = {
  bot: 'bot',
  userId: 'u@im.wechat',
  sendId: 'send',
  type: 'text',
  item: '{}',
  ageNote: '',
  reason: '',
  clientId: null,
  quota: 10,
  windowMs: 1000,
  queuedAt: NOW,
  expiresAt: NOW + 1000,
};
const PIECE: UnreadablePiece = { digest: 'd', reason: 'r', body: Buffer.from('x'), size: 1 };
const PROOF: Proof = { bot: 'bot', realm: 'https://ilink', userId: 'u@im.wechat', speaksFor: () => false };
const NOTICE: StatusEvent = { userId: 'u@im.wechat', body: '{}', at: NOW };

/** What is on the disk when a call returns, and not only safe from the end of the process: a power cut must not take it. */
describe('What the store has said that it keeps', () => {
  let store: SqliteStore;
  let commits: Commit[];
  beforeEach(() => {
    commits = watchCommits();
    store = SqliteStore.open(join(tempFolder(), 'wechat.sqlite'), NOW, () => undefined);
    commits.length = 0;
  });
  afterEach(async () => {
    await store.close();
    jest.restoreAllMocks();
  });
  afterAll(removeTempFolders);

  const queueOne = async (): Promise<number[]> => (await store.outbox.add([DRAFT])) ?? [];
  const cases: Array<[string, string, () => Promise<unknown>]> = [
    ['a message that came', 'messages', () => store.inbox.receive(batch([message('1')], { cursor: 'c' }))],
    ['who listens', 'subscriptions', () => store.inbox.subscribe('a', 'bot')],
    ['a message that waits to go out', 'outbox', queueOne],
    [
      'that queued messages are on their way',
      'outbox',
      async () => store.outbox.assignClientId(await queueOne(), 'client'),
    ],
    [
      'that a queued message went out',
      'outbox',
      async () => store.outbox.remove('bot', await queueOne(), NOTICE),
    ],
    [
      'that a queued message was cancelled',
      'outbox',
      async () => store.outbox.removeWaiting('bot', await queueOne()),
    ],
    [
      'how far a send came',
      'unfinished',
      () =>
        store.unfinished.note('send', { execution: '1', content: 'c', isOpen: true, state: '{}', at: NOW }),
    ],
    ['an answer that could not be read', 'unreadable', () => store.unreadable.keep('bot', [PIECE], NOTICE)],
    ['whose bot it is', 'logins', () => store.logins.prove(PROOF)],
  ];

  test.each(cases)('%s is synced', async (_what, table, act) => {
    await act();
    const about = commits.filter(({ tables }) => tables.includes(table));
    expect(about.length).toBeGreaterThan(0);
    expect(about.filter(({ synced }) => !synced)).toEqual([]);
  });

  test('what can be done again is not waited for', async () => {
    const [kept] = await store.inbox.receive(batch([message('1')]));
    commits.length = 0;
    await store.inbox.handedOver('a', kept!.seq);
    expect(commits).toEqual([{ tables: ['deliveries'], synced: false }]);
  });
});
