import { join } from 'node:path';

import type { LoginRecord } from '../../../login/record';
import { digestOf, LoginRecords, newSecret } from '../../../login/records';
import { SqliteStore } from '../../../store/sqlite/sqlite-store';
import { FakeClock } from '../../support/fake-clock';
import { removeTempFolders, tempFolder } from '../../support/temp-folder';

const clock = new FakeClock();
const record = (more: Partial<LoginRecord> = {}): LoginRecord => ({
  page: 'p',
  target: {},
  expiresAtMs: clock.now() + 1_000,
  phase: 'open',
  ...more,
});

describe('LoginRecords', () => {
  let records: LoginRecords;
  beforeEach(() => {
    const store = SqliteStore.open(join(tempFolder(), 'wechat.sqlite'), clock.now(), () => undefined);
    records = new LoginRecords(async () => store, clock);
  });
  afterAll(removeTempFolders);

  it('lets no change get lost when many come at once', async () => {
    await records.create('k', record({ typedCode: '' }));
    const append = (letter: string) =>
      records.change('k', (before) => ({ ...before, typedCode: `${before.typedCode}${letter}` }));
    await Promise.all([...'abcdef'].map(append));
    expect([...(await records.read('k'))!.typedCode!].sort().join('')).toBe('abcdef');
  });

  it('says whether it was changed, and that there is none', async () => {
    await records.create('k', record());
    expect(await records.change('k', () => undefined)).toEqual({ record: record(), changed: false });
    expect(await records.change('k', (before) => ({ ...before, phase: 'running' }))).toMatchObject({
      changed: true,
    });
    expect(await records.change('none', (before) => before)).toBeUndefined();
  });

  it('finds the logins of a page', async () => {
    await records.create('a', record());
    await records.create('b', record({ page: 'other' }));
    expect((await records.ofPage('p')).map(([key]) => key)).toEqual(['a']);
    expect(await records.ofPage('none')).toEqual([]);
  });
});

describe('newSecret', () => {
  it('is 256 bits that fit into a link and a cookie, and every time another', () => {
    const secrets = Array.from({ length: 50 }, () => newSecret());
    for (const secret of secrets) expect(secret).toMatch(/^[\w-]{43}$/);
    expect(new Set(secrets).size).toBe(50);
    expect(digestOf(secrets[0]!)).toMatch(/^[\w-]{43}$/);
    expect(digestOf(secrets[0]!)).not.toBe(secrets[0]);
  });
});
