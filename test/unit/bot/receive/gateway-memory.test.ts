import { join } from 'node:path';

import type { GatewayMemory } from '../../../../bot/receive/gateway';
import { gatewayMemory } from '../../../../bot/receive/gateway-memory';
import { SqliteStore } from '../../../../store/sqlite/sqlite-store';
import { FakeClock } from '../../../support/fake-clock';
import { removeTempFolders, tempFolder } from '../../../support/temp-folder';

const DAY_MS = 86_400_000;

describe('What is known of the gateway in front of a host', () => {
  let clock: FakeClock;
  let store: SqliteStore;
  const memory = (host = 'a.example'): GatewayMemory => gatewayMemory(async () => store, host, clock);

  beforeEach(() => {
    clock = new FakeClock();
    store = SqliteStore.open(join(tempFolder(), 'wechat.sqlite'), clock.now(), () => undefined);
  });
  afterEach(() => store.close());
  afterAll(removeTempFolders);

  it('is known to everybody who asks, for this host only', async () => {
    await memory().write(16_000, true);
    expect(await memory().read()).toBe(16_000);
    expect(await memory('b.example').read()).toBeUndefined();
    await memory().write(9_000, true);
    expect(await memory().read()).toBe(9_000);
  });

  it('stays as long as it is used', async () => {
    await memory().write(16_000, true);
    for (let week = 0; week < 10; week++) {
      clock.set(7 * DAY_MS);
      expect(await memory().read()).toBe(16_000);
    }
  });

  it('is kept for ten minutes beside what is certain when it is in doubt', async () => {
    await memory().write(16_000, true);
    await memory().write(2_000, false);
    expect(await memory().read()).toBe(2_000);
    clock.set(10 * 60_000);
    expect(await memory().read()).toBe(16_000);
  });

  it('is written once a day at the most', async () => {
    await memory().write(16_000, true);
    const write = jest.spyOn(store.documents, 'write');
    for (let hour = 0; hour < 48; hour++) {
      clock.set(3_600_000);
      await memory().read();
    }
    expect(write).toHaveBeenCalledTimes(1);
  });

  it('is forgotten when nobody has used it for 30 days: it may be set otherwise by then', async () => {
    await memory().write(16_000, true);
    clock.set(30 * DAY_MS);
    expect(await memory().read()).toBeUndefined();
  });

  it('is renewed also when it was written before the time was noted', async () => {
    const document = { key: 'a.example', body: '{"cutMs":5000}', expiresAt: clock.now() + DAY_MS };
    await store.documents.write('gateway', document, undefined, clock.now());
    expect(await memory().read()).toBe(5_000);
    clock.set(2 * DAY_MS);
    expect(await memory().read()).toBe(5_000);
  });
});
