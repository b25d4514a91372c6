import { join } from 'node:path';

import { SqliteStore } from '../../../../store/sqlite/sqlite-store';
import type { LeaseClaim } from '../../../../store/store';
import { NOW } from '../../../support/received';
import { removeTempFolders, tempFolder } from '../../../support/temp-folder';

const nobody = (): boolean => false;

describe('Leases', () => {
  let path: string;
  let store: SqliteStore;
  const open = (): SqliteStore =>
    SqliteStore.open(path, NOW, () => {
      throw new Error('nothing was to be set aside');
    });

  beforeEach(() => {
    path = join(tempFolder(), 'wechat.sqlite');
    store = open();
  });
  afterEach(() => store.close());
  afterAll(removeTempFolders);

  const claim = (owner: string, now = NOW): LeaseClaim => ({
    connection: 'c',
    owner,
    now,
    longestLifeMs: 20_000,
  });

  it('belong to one living process', async () => {
    await store.leases.heartbeat('p1', NOW + 6_000);
    expect(await store.leases.acquire(claim('p1'), nobody)).toBe(true);
    expect(await store.leases.acquire(claim('p2'), nobody)).toBe(false);
    expect(await store.leases.acquire(claim('p1'), nobody)).toBe(true);
  });

  it('go to another process when the owner has stopped to say that it lives', async () => {
    await store.leases.heartbeat('p1', NOW + 6_000);
    await store.leases.acquire(claim('p1'), nobody);
    expect(await store.leases.acquire(claim('p2', NOW + 6_001), nobody)).toBe(true);
    expect(await store.leases.acquire(claim('p1', NOW + 6_001), (owner) => owner === 'p2')).toBe(true);
  });

  it('go at once from a process that is certainly dead', async () => {
    await store.leases.heartbeat('p1', NOW + 6_000);
    await store.leases.acquire(claim('p1'), nobody);
    expect(await store.leases.acquire(claim('p2'), (owner) => owner === 'p1')).toBe(true);
  });

  it('are not held for hours because the clock was put back', async () => {
    await store.leases.heartbeat('p1', NOW + 3_600_000);
    await store.leases.acquire(claim('p1', NOW + 3_590_000), nobody);
    expect(await store.leases.acquire(claim('p2'), nobody)).toBe(true);
  });

  it('tell when a process lived last', async () => {
    expect(await store.leases.lastHeartbeat(NOW)).toBe(0);
    await store.leases.heartbeat('p1', NOW);
    await store.leases.heartbeat('p2', NOW - 5);
    await store.leases.heartbeat('while the clock went wrong', NOW + 86_400_000);
    expect(await store.leases.lastHeartbeat(NOW + 12_000)).toBe(NOW);
  });

  it('can be given back, but only by their owner', async () => {
    await store.leases.heartbeat('p1', NOW + 6_000);
    await store.leases.acquire(claim('p1'), nobody);
    await store.leases.release('c', 'p2');
    expect(await store.leases.acquire(claim('p2'), nobody)).toBe(false);
    await store.leases.release('c', 'p1');
    expect(await store.leases.acquire(claim('p2'), nobody)).toBe(true);
  });
});
