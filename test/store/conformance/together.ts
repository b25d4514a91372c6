import type { Store } from '../../../store/store';
import { toQueue } from '../../support/queued';
import { NOW, receivedBatch as batch, receivedMessage as message } from '../../support/received';
import type { StoreUnderTest } from './store-under-test';

const USER = 'u@im.wechat';
const SPACING = { now: NOW, gapMs: 0 };
const DRAFT = toQueue();

/** Two processes that do the same at the same time. */
export function togetherPromises({ open }: StoreUnderTest): void {
  describe('two processes at the same time', () => {
    let stores: Store[];
    let one: Store;
    beforeEach(async () => {
      stores = [await open(), await open()];
      one = stores[0]!;
    });

    /** Both do it so many times, all at once. */
    const atOnce = <Result>(
      action: (store: Store, n: number) => Promise<Result>,
      times = 1,
    ): Promise<Result[]> =>
      Promise.all(
        Array.from({ length: times }, (_, n) =>
          stores.map((store, which) => action(store, 2 * n + which)),
        ).flat(),
      );
    const counted = (results: unknown[]): number =>
      results.filter((result) => result !== false && result !== undefined).length;
    const bodies = async (bot: string): Promise<string[]> =>
      (await one.inbox.messagesAfter(bot, 0, 1_000)).map(
        ({ body }) => (JSON.parse(body) as { id: string }).id,
      );

    it('keep a message that both were given once, and deliver it once', async () => {
      await one.inbox.subscribe('w', 'bot');
      const kept = await atOnce((store) => store.inbox.receive(batch([message('1'), message('2')])), 5);
      expect(kept.flat()).toHaveLength(2);
      expect(await bodies('bot')).toEqual(['1', '2']);
      expect(await one.inbox.pending('w', 0)).toHaveLength(2);
    });

    it('never hide a message from who reads on from the last that he has seen', async () => {
      const seen: string[] = [];
      let last = 0;
      const readOn = async (): Promise<void> => {
        for (const { seq, body } of await one.inbox.messagesAfter('bot', last, 1_000)) {
          seen.push((JSON.parse(body) as { id: string }).id);
          last = seq;
        }
      };
      let isWriting = true;
      const reading = (async () => {
        while (isWriting) {
          await readOn();
          await new Promise((resolve) => setImmediate(resolve));
        }
      })();
      await atOnce((store, n) => store.inbox.receive(batch([message(`${n} a`), message(`${n} b`)])), 15);
      isWriting = false;
      await reading;
      await readOn();
      expect(seen).toHaveLength(60);
      expect(seen).toEqual(await bodies('bot'));
    });

    it('do not send more than the quota', async () => {
      await one.inbox.receive(batch([message('1')]));
      const terms = { hasToken: true, login: 'login', quota: 7, openSince: NOW - 1 };
      const claims = await atOnce((store) => store.conversations.claim('bot', USER, SPACING, terms), 10);
      expect(claims.filter(({ granted }) => granted)).toHaveLength(7);
      expect(await one.conversations.get('bot', USER)).toMatchObject({ sentSince: 7 });
    });

    it('keep the distance between messages to one person', async () => {
      const spacing = { now: NOW, gapMs: 100 };
      const claims = await atOnce((store) => store.conversations.claim('bot', USER, spacing), 3);
      const slots = claims.map(({ slotAt }) => slotAt - NOW).sort((a, b) => a - b);
      expect(slots).toEqual([0, 100, 200, 300, 400, 500]);
    });

    it('send what waits once', async () => {
      const ids = (await one.outbox.add([DRAFT, DRAFT]))!;
      const sent = await atOnce((store, n) => store.outbox.assignClientId(ids, `client ${n}`), 4);
      expect(sent.filter((isOurs) => isOurs)).toHaveLength(1);
      const clientIds = new Set((await one.outbox.list('bot')).map(({ clientId }) => clientId));
      expect(clientIds.size).toBe(1);
    });

    it('do not queue more than may wait, and take each message out once', async () => {
      const added = await atOnce((store) => store.outbox.add([DRAFT, DRAFT, DRAFT], 10), 5);
      expect([counted(added), await one.outbox.count('bot')]).toEqual([3, 9]);
      const ids = (await one.outbox.list('bot')).map(({ id }) => id);
      const gone = await atOnce((store) => store.outbox.remove('bot', ids), 3);
      expect(gone.flat().sort((a, b) => a - b)).toEqual(ids);
    });

    it('write a document over the same text once', async () => {
      const write = (store: Store, before: string | undefined, body: string) =>
        store.documents.write('k', { key: 'x', body, expiresAt: NOW + 1_000 }, before, NOW);
      const first = await atOnce((store, n) => write(store, undefined, `a ${n}`), 4);
      expect(first.filter((isWritten) => isWritten)).toHaveLength(1);
      const text = await one.documents.read('k', 'x', NOW);
      const second = await atOnce((store, n) => write(store, text, `b ${n}`), 4);
      expect(second.filter((isWritten) => isWritten)).toHaveLength(1);
    });

    it('do not both take a lease, nor a job', async () => {
      const acquired = await atOnce(async (store, n) => {
        await store.leases.heartbeat(`p${n}`, { now: NOW, lifeMs: 6_000 });
        const claim = { connection: 'c', owner: `p${n}`, now: NOW, longestLifeMs: 12_000 };
        return store.leases.acquire(claim, () => false);
      }, 5);
      expect(counted(acquired)).toBe(1);
      const jobs = await atOnce((store) => store.jobs.claim('prune', NOW, 1_000), 5);
      expect(jobs.filter((isOurs) => isOurs)).toHaveLength(1);
    });

    it('leave word of one thing once', async () => {
      await one.inbox.subscribe('w', 'bot');
      const event = { userId: USER, body: '{}', at: NOW };
      await atOnce((store) => store.outbox.add([{ ...DRAFT, reason: 'window_over' }], 100, event), 4);
      expect(await one.inbox.pending('w', 0)).toHaveLength(1);
      await atOnce((store) => store.outbox.setReason('bot', USER, 'quota_used', event), 4);
      expect(await one.inbox.pending('w', 0)).toHaveLength(2);
    });

    it('lose nothing that comes while a new login takes over', async () => {
      const prove = (store: Store, bot: string): Promise<boolean> =>
        store.logins.prove({ bot, realm: 'tencent', userId: USER, speaksFor: () => true });
      await prove(one, 'old');
      await one.inbox.subscribe('w', 'old');
      const receive = (store: Store, n: number): Promise<unknown> =>
        store.inbox.receive(batch([message(`new ${n}`)], { bot: 'new', connection: 'new', login: 'new' }));
      await one.inbox.receive(batch([message('left behind')], { bot: 'old', login: 'old' }));
      await Promise.all([
        atOnce(receive, 5),
        prove(stores[1]!, 'new'),
        atOnce((store, n) => receive(store, 100 + n), 5),
      ]);
      expect((await bodies('new')).sort()).toHaveLength(21);
      expect(await bodies('new')).toContain('left behind');
    });

    it('prune and receive without waiting for each other, and lose nothing that is new', async () => {
      await one.inbox.subscribe('w', 'bot');
      const old = Array.from({ length: 300 }, (_, n) => message(`old ${n}`));
      await one.inbox.receive(batch(old, { receivedAt: NOW - 1_000 }));
      const [, second] = stores;
      const receive = (n: number): Promise<unknown> => one.inbox.receive(batch([message(`new ${n}`)]));
      const limits = { before: NOW - 500, messages: 1_000, waiting: 1_000 };
      const [pruned] = await Promise.all([
        second!.prune(limits),
        ...Array.from({ length: 10 }, (_, n) => receive(n)),
      ]);
      expect(pruned).toEqual({ messages: 300, waiting: 300 });
      expect(await one.inbox.pending('w', 0)).toHaveLength(10);
    });
  });
}
