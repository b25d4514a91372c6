import { join } from 'node:path';

import { toldRecord } from '../../../../../nodes/WeChat/trigger/toldRecord';
import { SqliteStore } from '../../../../../store/sqlite/sqlite-store';
import { FakeClock } from '../../../../support/fake-clock';
import { removeTempFolders, tempFolder } from '../../../../support/temp-folder';

describe('What was told for a trigger', () => {
  afterAll(removeTempFolders);

  it('is told by one process, forgotten by one, and known after a restart', async () => {
    const clock = new FakeClock();
    const path = join(tempFolder(), 'wechat.sqlite');
    const [a, b] = [0, 1].map(() => SqliteStore.open(path, clock.now(), () => undefined));
    const [one, two] = [a!, b!].map((store) => toldRecord(async () => store, 'workflow:node', clock));
    const other = toldRecord(async () => a!, 'workflow:another', clock);
    const trouble = { name: 'x', since: 5 };
    expect(await one!.begin(trouble)).toBe(true);
    expect(await two!.begin(trouble)).toBe(false);
    expect(await two!.begin({ name: 'y', since: 6 })).toBe(true);
    expect(await other.end()).toBeUndefined();
    await a!.close();
    expect(await two!.end()).toEqual({ name: 'y', since: 6 });
    expect(await two!.end()).toBeUndefined();
    await b!.close();
  });

  it('may be told again after a day', async () => {
    const clock = new FakeClock();
    const store = SqliteStore.open(join(tempFolder(), 'wechat.sqlite'), clock.now(), () => undefined);
    const record = toldRecord(async () => store, 'workflow:node', clock);
    expect(await record.begin({ name: 'x', since: 5 })).toBe(true);
    await clock.advance(23 * 3_600_000);
    expect(await record.begin({ name: 'x', since: 5 })).toBe(false);
    await clock.advance(2 * 3_600_000);
    expect(await record.begin({ name: 'x', since: 5 })).toBe(true);
    await store.close();
  });
});
