import type { DeliveryClaim, Store } from '../../../store/store';
import { NOW, receivedBatch as batch, receivedMessage as message } from '../../support/received';
import type { StoreUnderTest } from './store-under-test';

/** A delivery is claimed before it is handed over, so that two processes do not both do it. */
export function deliveryPromises({ open, elapse, tellsTheDead }: StoreUnderTest): void {
  describe('a delivery', () => {
    let store: Store;
    let seq: number;
    const claim = (owner: string, more: Partial<DeliveryClaim> = {}, isDead = (): boolean => false) =>
      store.inbox.claim(
        {
          subscriber: 'w',
          seq,
          owner,
          attempts: 0,
          nextAt: 0,
          countsStart: false,
          now: NOW,
          longestLifeMs: 12_000,
          ...more,
        },
        isDead,
      );
    const lives = (owner: string, now = NOW) => store.leases.heartbeat(owner, { now, lifeMs: 6_000 });

    beforeEach(async () => {
      store = await open();
      await store.inbox.subscribe('w', 'bot');
      seq = (await store.inbox.receive(batch([message('1')])))[0]!.seq;
      await lives('p1');
      await lives('p2');
    });

    it('is claimed by one process that lives, with the message, and by the same again', async () => {
      expect(await claim('p1')).toMatchObject({ state: 'claimed', message: { seq, body: '{"id":"1"}' } });
      expect(await claim('p2')).toEqual({ state: 'elsewhere' });
      expect(await claim('p1')).toMatchObject({ state: 'claimed' });
    });

    it('is claimed once of all that try at the same time', async () => {
      const other = await open();
      const claims = await Promise.all(
        Array.from({ length: 8 }, async (_, n) => {
          await lives(`q${n}`);
          const of = n % 2 ? store : other;
          const known = { subscriber: 'w', seq, attempts: 0, nextAt: 0, countsStart: true };
          return of.inbox.claim({ ...known, owner: `q${n}`, now: NOW, longestLifeMs: 12_000 }, () => false);
        }),
      );
      expect(claims.filter(({ state }) => state === 'claimed')).toHaveLength(1);
    });

    it('goes to another one when its process has stopped to say that it lives', async () => {
      await claim('p1');
      await elapse(6_001);
      await lives('p2', NOW + 6_001);
      expect(await claim('p2', { now: NOW + 6_001 })).toMatchObject({ state: 'claimed' });
    });

    it('goes to another one at once when its process is certainly dead, where that can be told', async () => {
      await claim('p1');
      const { state } = await claim('p2', {}, () => true);
      expect(state).toBe(tellsTheDead ? 'claimed' : 'elsewhere');
    });

    it('counts an attempt when it begins, if that is wanted, and says what has changed since', async () => {
      await claim('p1', { countsStart: true });
      await store.inbox.attempted('w', seq, 1, NOW + 5, 'p1');
      expect(await claim('p2')).toEqual({ state: 'changed', attempts: 1, nextAt: NOW + 5 });
      expect(await claim('p2', { attempts: 1, nextAt: NOW + 5 })).toMatchObject({ state: 'claimed' });
    });

    it('is settled only by the one that has it, so that one who comes late ends nothing', async () => {
      await claim('p2');
      await store.inbox.handedOver('w', seq, 'p1');
      await store.inbox.attempted('w', seq, 7, NOW, 'p1');
      expect(await store.inbox.pending('w', 0)).toMatchObject([{ seq, attempts: 0 }]);
      await store.inbox.handedOver('w', seq, 'p2');
      expect(await store.inbox.pending('w', 0)).toEqual([]);
    });

    it('is gone when it was handed over, or waits for another token', async () => {
      const prove = (bot: string) =>
        store.logins.prove({ bot, realm: 'r', userId: 'u@im.wechat', speaksFor: () => true });
      await prove('bot');
      await prove('newer');
      expect(await claim('p1')).toEqual({ state: 'gone' });
      await store.inbox.subscribe('w', 'newer');
      await claim('p1');
      await store.inbox.handedOver('w', seq, 'p1');
      expect(await claim('p1')).toEqual({ state: 'gone' });
    });
  });
}
