import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

import { isDead, machine, LeaseHolder } from '../../../../bot/receive/leadership';
import { SqliteStore } from '../../../../store/sqlite/sqlite-store';
import { FakeClock } from '../../../support/fake-clock';
import { removeTempFolders, tempFolder } from '../../../support/temp-folder';

describe('Owner', () => {
  let clock: FakeClock;
  let store: SqliteStore;
  let reports: string[];
  // Two owners in one process stand for two processes, so neither may be taken for a dead one.
  const owner = (): LeaseHolder =>
    new LeaseHolder({
      leases: store.leases,
      clock,
      report: ({ code }) => reports.push(code),
      isDead: () => false,
    });

  beforeEach(() => {
    clock = new FakeClock();
    reports = [];
    store = SqliteStore.open(join(tempFolder(), 'wechat.sqlite'), clock.now(), () => undefined);
  });
  afterEach(() => store.close());
  afterAll(removeTempFolders);

  it('holds a connection alone, for as long as it lives', async () => {
    const [first, second] = [owner(), owner()];
    expect(await first.acquire('c')).toBe(true);
    for (let i = 0; i < 20; i++) {
      await clock.advance(1_000);
      expect(await second.acquire('c')).toBe(false);
    }
    expect(await first.acquire('c')).toBe(true);
  });

  it('is followed by another within seconds when it dies', async () => {
    await owner().acquire('c');
    const dead = [...Array(3).keys()];
    clock.cancelAll();
    const second = owner();
    const tries = await Promise.all(dead.map(() => second.acquire('c')));
    expect(tries).toEqual([false, false, false]);
    await clock.advance(6_001);
    expect(await second.acquire('c')).toBe(true);
  });

  it('gives a connection back at once', async () => {
    const [first, second] = [owner(), owner()];
    await first.acquire('c');
    await first.release('c');
    expect(await second.acquire('c')).toBe(true);
  });

  it('notices that it lost a connection while it was stopped', async () => {
    const [first, second] = [owner(), owner()];
    await first.acquire('c');
    clock.cancelAll();
    await clock.advance(10_000);
    await second.acquire('c');
    expect(await first.acquire('c')).toBe(false);
  });

  it('has a number for what it holds, which another one has not, and none for anything else', async () => {
    const [first, second] = [owner(), owner()];
    await first.acquire('c');
    const number = first.numberOf('c');
    expect(number).toEqual(expect.any(Number));
    expect([first.numberOf('other'), second.numberOf('c')]).toEqual([undefined, undefined]);
    clock.cancelAll();
    await clock.advance(10_000);
    await second.acquire('c');
    // It does not know yet.
    expect(first.numberOf('c')).toBe(number);
    expect(second.numberOf('c')).not.toBe(number);
    await first.acquire('c');
    expect(first.numberOf('c')).toBeUndefined();
  });

  it('beats once for many connections, and not at all without one', async () => {
    const one = owner();
    for (let i = 0; i < 50; i++) await one.acquire(`c${i}`);
    expect(clock.pending).toBe(1);
    for (let i = 0; i < 50; i++) await one.release(`c${i}`);
    expect(clock.pending).toBe(0);
  });

  it('beats for what is claimed in its name, as long as that is under way, and once for all of it', async () => {
    const one = owner();
    const write = jest.spyOn(store.leases, 'heartbeat');
    let end!: () => void;
    const ended = new Promise<void>((resolve) => (end = resolve));
    const all = [1, 2, 3].map((n) => one.whileAlive(() => ended.then(() => n)));
    await clock.advance(10_000);
    expect(write).toHaveBeenCalledTimes(6);
    expect(await store.leases.lastHeartbeat(Infinity)).toBe(clock.now() + 6_000);
    end();
    expect(await Promise.all(all)).toEqual([1, 2, 3]);
    expect(clock.pending).toBe(0);
    write.mockRestore();
  });

  it('says when the heartbeat cannot be written, and tries again', async () => {
    const one = owner();
    await one.acquire('c');
    const write = jest.spyOn(store.leases, 'heartbeat').mockRejectedValueOnce(new Error('disk full'));
    await clock.advance(2_000);
    expect(reports).toEqual(['heartbeat_failed']);
    await clock.advance(2_000);
    expect(write).toHaveBeenCalledTimes(2);
    write.mockRestore();
  });
});

describe('isDead', () => {
  const id = (host: string, pid: number): string => JSON.stringify([host, pid, 'x']);
  const soon = Date.now() + 6_000;

  it('knows a process of this machine that ended', () => {
    const { pid } = spawnSync(process.execPath, ['-e', '0']);
    expect(isDead(id(machine(), pid), soon)).toBe(true);
  });

  it('leaves a process alone that runs, or that runs on another machine', () => {
    expect(isDead(id(machine(), process.ppid), soon)).toBe(false);
    expect(isDead(id('another-machine', 999_999), soon)).toBe(false);
  });

  it('leaves the processes of another container alone, whose numbers are the same and mean others', () => {
    const { pid } = spawnSync(process.execPath, ['-e', '0']);
    for (const one of [process.pid, pid]) expect(isDead(id(`${machine()}7`, one), soon)).toBe(false);
  });

  it('knows that an earlier process had our own number, by what it said before this one began', () => {
    const startedAt = soon - 5_000;
    expect(isDead(id(machine(), process.pid), soon, startedAt)).toBe(true);
  });

  it('leaves another copy of this package alone that runs in this process', () => {
    expect(isDead(id(machine(), process.pid), soon)).toBe(false);
    expect(isDead(id(machine(), process.pid), soon, soon - 7_000)).toBe(false);
  });
});
