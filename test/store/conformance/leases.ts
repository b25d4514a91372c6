import type { LeaseClaim, Store } from '../../../store/store';
import { toQueue } from '../../support/queued';
import { NOW, receivedBatch, receivedMessage } from '../../support/received';
import type { StoreUnderTest } from './store-under-test';

const DRAFT = toQueue();

const nobody = (): boolean => false;

export function leasePromises({ open, elapse, toleranceMs, tellsTheDead }: StoreUnderTest): void {
  describe('leases', () => {
    let store: Store;

    beforeEach(async () => {
      store = await open();
    });

    const claim = (owner: string, now = NOW): LeaseClaim => ({
      connection: 'c',
      owner,
      now,
      longestLifeMs: 20_000,
    });

    it('belong to one living process', async () => {
      await store.leases.heartbeat('p1', { now: NOW, lifeMs: 6_000 });
      expect(await store.leases.acquire(claim('p1'), nobody)).toEqual(expect.any(Number));
      expect(await store.leases.acquire(claim('p2'), nobody)).toBeUndefined();
      expect(await store.leases.acquire(claim('p1'), nobody)).toEqual(expect.any(Number));
    });

    it('go to another process when the owner has stopped to say that it lives', async () => {
      await store.leases.heartbeat('p1', { now: NOW, lifeMs: 6_000 });
      await store.leases.acquire(claim('p1'), nobody);
      await elapse(6_001);
      expect(await store.leases.acquire(claim('p2', NOW + 6_001), nobody)).toEqual(expect.any(Number));
      await store.leases.heartbeat('p2', { now: NOW + 6_001, lifeMs: 6_000 });
      expect(await store.leases.acquire(claim('p1', NOW + 6_001), nobody)).toBeUndefined();
    });

    it('go at once from a process that is certainly dead, where that can be told', async () => {
      await store.leases.heartbeat('p1', { now: NOW, lifeMs: 6_000 });
      await store.leases.acquire(claim('p1'), nobody);
      const taken = await store.leases.acquire(claim('p2'), (owner) => owner === 'p1');
      expect(taken !== undefined).toBe(tellsTheDead);
    });

    it('are not held for hours because the clock was put back', async () => {
      await store.leases.heartbeat('p1', { now: NOW, lifeMs: 3_600_000 });
      await store.leases.acquire(claim('p1', NOW + 3_590_000), nobody);
      expect(await store.leases.acquire(claim('p2'), nobody)).toEqual(expect.any(Number));
    });

    it('tell when a process lived last', async () => {
      expect(await store.leases.lastHeartbeat(NOW)).toBe(0);
      await store.leases.heartbeat('p2', { now: NOW - 5, lifeMs: 0 });
      await store.leases.heartbeat('p1', { now: NOW, lifeMs: 0 });
      await store.leases.heartbeat('while the clock went wrong', { now: NOW, lifeMs: 86_400_000 });
      const livedAt = await store.leases.lastHeartbeat(NOW + 12_000);
      expect(Math.abs(livedAt - NOW)).toBeLessThanOrEqual(toleranceMs);
    });

    it('can be given back, but only by their owner', async () => {
      await store.leases.heartbeat('p1', { now: NOW, lifeMs: 6_000 });
      await store.leases.acquire(claim('p1'), nobody);
      await store.leases.release('c', 'p2');
      expect(await store.leases.acquire(claim('p2'), nobody)).toBeUndefined();
      await store.leases.release('c', 'p1');
      expect(await store.leases.acquire(claim('p2'), nobody)).toEqual(expect.any(Number));
    });

    describe('have a number', () => {
      const late = { connection: 'c', cursor: 'of the late one' };
      let number: number;
      beforeEach(async () => {
        await store.leases.heartbeat('p1', { now: NOW, lifeMs: 6_000 });
        number = (await store.leases.acquire(claim('p1'), nobody))!;
      });
      const takeAway = async (): Promise<number> => {
        await elapse(6_001);
        await store.leases.heartbeat('p2', { now: NOW + 6_001, lifeMs: 6_000 });
        return (await store.leases.acquire(claim('p2', NOW + 6_001), nobody))!;
      };

      it('that stays as long as the owner, and never comes again', async () => {
        expect(await store.leases.acquire(claim('p1'), nobody)).toBe(number);
        const second = await takeAway();
        await store.leases.release('c', 'p2');
        const third = (await store.leases.acquire(claim('p1', NOW + 6_002), nobody))!;
        expect(second).toBeGreaterThan(number);
        expect(third).toBeGreaterThan(second);
      });

      it('without which the cursor stays; the messages are kept, because the server gives them to nobody else', async () => {
        await store.inbox.subscribe('w', 'bot');
        const current = { ...late, cursor: 'x', lease: number };
        await store.inbox.receive(receivedBatch([receivedMessage('1')], current));
        await takeAway();
        const kept = await store.inbox.receive(
          receivedBatch([receivedMessage('2')], { ...late, lease: number }),
        );
        expect(kept).toHaveLength(1);
        expect(await store.inbox.pending('w', 0)).toHaveLength(2);
        expect(await store.inbox.cursor('c')).toBe('x');
      });

      it('without which nothing goes out of what waits', async () => {
        const fence = { connection: 'c', lease: number };
        const ids = (await store.outbox.add([DRAFT]))!;
        await takeAway();
        expect(await store.outbox.assignClientId(ids, 'late', fence)).toBe(false);
        expect(await store.outbox.list('bot')).toMatchObject([{ clientId: null }]);
      });

      it('that counts as long as nobody else has taken over, also when its time is over', async () => {
        await elapse(6_001);
        const ids = (await store.outbox.add([DRAFT]))!;
        expect(await store.outbox.assignClientId(ids, 'c', { connection: 'c', lease: number })).toBe(true);
        await store.inbox.receive(receivedBatch([], { ...late, lease: number }));
        expect(await store.inbox.cursor('c')).toBe('of the late one');
      });
    });
  });
}
