import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { obstacleToBuild, provideSqlite } from '../../../../tools/n8n/sqlite';
import type Sqlite3 from '../../../../tools/n8n/sqlite3-on-node';

describe('obstacleToBuild', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'path-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const install = (...names: string[]): void =>
    names.forEach((name) => writeFileSync(join(folder, name), '', { mode: 0o755 }));
  const obstacle = (): string | undefined => obstacleToBuild('linux', { PATH: folder }, true);

  it('names every tool that is missing', () => {
    expect(obstacle()).toBe('no python3 and no make and no g++ on this machine');
    install('make');
    expect(obstacle()).toBe('no python3 and no g++ on this machine');
  });

  it('is nothing where Python, make and one of the compilers are there', () => {
    install('python3', 'make', 'clang++');
    expect(obstacle()).toBeUndefined();
  });

  it('does not take a file for a tool that cannot be executed', () => {
    install('python3', 'make');
    writeFileSync(join(folder, 'g++'), '', { mode: 0o644 });
    expect(obstacle()).toBe('no g++ on this machine');
  });

  it('is there without headers, and on Windows', () => {
    install('python3', 'make', 'g++');
    expect(obstacleToBuild('linux', { PATH: folder }, false)).toMatch(/headers/);
    expect(obstacleToBuild('win32', { PATH: folder }, true)).toMatch(/Windows/);
  });
});

describe('provideSqlite', () => {
  let root: string;
  let module: string;
  const lines: string[] = [];
  const progress = {
    say: (line: string) => void lines.push(line),
    during: <T>(_: string, work: (step: { detail: () => void }) => Promise<T>) =>
      work({ detail: () => undefined }),
  };

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'n8n-'));
    module = join(root, 'node_modules', 'sqlite3');
    mkdirSync(join(module, 'build', 'Release'), { recursive: true });
    lines.length = 0;
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const compiled = (): void => writeFileSync(join(module, 'build', 'Release', 'node_sqlite3.node'), '');

  it('puts an adapter that loads and works in the place of the module, twice as well as once', async () => {
    for (let times = 0; times < 2; times++)
      await expect(provideSqlite(root, 'node', progress)).resolves.toBe('node');
    const sqlite3 = createRequire(join(root, 'index.js'))('sqlite3') as typeof Sqlite3;
    const rows = await new Promise((resolve) => {
      const database = new sqlite3.Database(':memory:', () =>
        database.all('SELECT 1 AS one', (_: unknown, all: unknown) => resolve(all)),
      );
    });
    expect(rows).toEqual([{ one: 1 }]);
  });

  it('gives the compiled module back when nobody asks for the adapter any more', async () => {
    compiled();
    await provideSqlite(root, 'node', progress);
    expect(existsSync(join(module, 'build'))).toBe(false);
    await expect(provideSqlite(root, undefined, progress)).resolves.toBe('native');
    expect(existsSync(join(module, 'build', 'Release', 'node_sqlite3.node'))).toBe(true);
  });

  it('stays with the adapter where a compilation has failed before, and says so', async () => {
    writeFileSync(join(root, 'sqlite3-did-not-compile.log'), 'no compiler');
    await expect(provideSqlite(root, undefined, progress)).resolves.toBe('node');
    expect(lines.join()).toMatch(/adapter/);
  });

  it('does not know any other wish', async () => {
    await expect(provideSqlite(root, 'better', progress)).rejects.toThrow(/"native" or "node"/);
  });
});
