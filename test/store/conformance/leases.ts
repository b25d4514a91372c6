import type { LeaseClaim, Store } from '../../../store/store';
import { NOW } from '../../support/received';
import type { StoreUnderTest } from './store-under-test';

const nobody = (): boolean => false;

export function leasePromises({ open, elapse, tellsTheDead }: StoreUnderTest): void {
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
      expect(Math.abs(livedAt - NOW)).toBeLessThan(5_000);
    });

    it('can be given back, but only by their owner', async () => {
      await store.leases.heartbeat('p1', { now: NOW, lifeMs: 6_000 });
      await store.leases.acquire(claim('p1'), nobody);
      await store.leases.release('c', 'p2');
      expect(await store.leases.acquire(claim('p2'), nobody)).toBeUndefined();
      await store.leases.release('c', 'p1');
      expect(await store.leases.acquire(claim('p2'), nobody)).toEqual(expect.any(Number));
    });
  });
}
