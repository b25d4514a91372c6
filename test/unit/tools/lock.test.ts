import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { withLock } from '../../../tools/lock';

describe('withLock', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lock-'));
    file = join(folder, 'deeper', 'n8n.lock');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('lets one after another in, never two at once', async () => {
    let inside = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      most = Math.max(most, ++inside);
      await new Promise((resolve) => setImmediate(resolve));
      inside -= 1;
    };
    await Promise.all(Array.from({ length: 20 }, () => withLock(file, work, { pollMs: 1 })));
    expect(most).toBe(1);
    expect(readdirSync(join(folder, 'deeper'))).toEqual([]);
  });

  it('gives the lock back when the work fails, and passes the error on', async () => {
    await expect(withLock(file, () => Promise.reject(new Error('npm failed')))).rejects.toThrow('npm failed');
    expect(existsSync(file)).toBe(false);
  });

  it('tells who holds it while it waits', async () => {
    const seen: number[] = [];
    let leave: () => void = () => undefined;
    const first = withLock(file, () => new Promise<void>((resolve) => (leave = resolve)));
    while (!existsSync(file)) await new Promise((resolve) => setImmediate(resolve));
    const onWait = ({ pid }: { pid: number }): void => {
      seen.push(pid);
      leave();
    };
    await withLock(file, () => Promise.resolve(), { onWait, pollMs: 1 });
    await first;
    expect(seen[0]).toBe(process.pid);
  });

  it('takes over from a process that is gone', async () => {
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    plant({ token: 'dead', pid, host: hostname() });
    await expect(withLock(file, () => Promise.resolve('done'), { pollMs: 1 })).resolves.toBe('done');
  });

  it('takes over a lock of another machine, or an unreadable one, only when nobody has touched it for long', async () => {
    for (const content of [{ token: 'far', pid: 1, host: 'elsewhere' }, 'half a li']) {
      plant(content);
      let waits = 0;
      const ageIt = (): void => {
        waits += 1;
        utimesSync(file, new Date(0), new Date(0));
      };
      const aging = setTimeout(ageIt, 20); // the unreadable one names no holder to wait for
      await withLock(file, () => Promise.resolve(), { onWait: ageIt, pollMs: 1 });
      clearTimeout(aging);
      expect(waits).toBeGreaterThan(0);
    }
  });

  function plant(content: unknown): void {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  }
});
