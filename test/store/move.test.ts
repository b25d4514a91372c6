import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { systemClock } from '../../ilink/clock';
import { moveStore, type MoveStep, type MoveTarget } from '../../store/move/move';
import { MOVED_TABLES } from '../../store/move/tables';
import { PostgresMoveTarget } from '../../store/postgres/move-target';
import { SqliteMoveSource } from '../../store/sqlite/move-source';
import { columnsOfTables } from '../../store/sqlite/schema';
import { SqliteStore } from '../../store/sqlite/sqlite-store';
import { NOW, receivedBatch, receivedMessage } from '../support/received';
import { removeTempFolders, tempFolder } from '../support/temp-folder';
import { PostgresSchema } from './conformance/postgres-schema';

/** What belongs to one process, or is counted anew. */
const STAYS = ['owners', 'leases', 'fences', 'chores', 'probes'];
const MESSAGES = 450;
/** With the item that says of what could not be read. */
const ROWS = MESSAGES + 1;

describe('A move from SQLite to PostgreSQL', () => {
  const schema = new PostgresSchema();
  let path: string;
  const open: Array<{ close(): unknown }> = [];
  const opened = <Side extends { close(): unknown }>(side: Side): Side => {
    open.push(side);
    return side;
  };
  const source = (): SqliteMoveSource => opened(SqliteMoveSource.open(path, NOW));
  const target = async (): Promise<PostgresMoveTarget> => {
    const time = { ...systemClock, elapsed: () => performance.now() };
    return opened(
      await PostgresMoveTarget.open({ settings: { url: schema.url }, schema: schema.name, time }),
    );
  };

  beforeAll(() => schema.start());
  beforeEach(async () => {
    path = join(tempFolder(), 'wechat.sqlite');
    const store = SqliteStore.open(path, NOW, () => undefined);
    await store.inbox.subscribe('workflow', 'bot');
    const messages = Array.from({ length: MESSAGES }, (_, n) =>
      receivedMessage(`${n}`, { body: `{"text":"你好 🥟 ${n}"}` }),
    );
    await store.inbox.receive(receivedBatch(messages));
    const piece = { digest: 'd', reason: 'not_json', body: Buffer.from([0, 255, 1]), size: 3 };
    await store.unreadable.keep('bot', [piece], { userId: '', body: '{}', at: NOW });
    await store.documents.write('kind', { key: 'a\0b', body: '{}', expiresAt: NOW + 1 }, undefined, NOW);
    await store.close();
  });
  afterEach(async () => {
    for (const side of open.splice(0)) await side.close();
    await schema.empty();
  });
  afterAll(async () => {
    await schema.stop();
    removeTempFolders();
  });

  it('brings everything, and new messages come after what was moved', async () => {
    const steps: MoveStep[] = [];
    const moved = await moveStore(source(), await target(), (step) => steps.push(step));
    expect(moved.isResumed).toBe(false);
    expect(steps).toContainEqual({ what: 'compared', table: 'messages', done: ROWS, total: ROWS });
    const store = await schema.open();
    await store.inbox.receive(receivedBatch([receivedMessage('new')]));
    const numbers = await schema.query<{ seq: number }>('SELECT seq FROM wechat_ilink.messages ORDER BY seq');
    expect(numbers).toHaveLength(ROWS + 1);
    expect(Number(numbers.at(-1)!.seq)).toBe(ROWS + 1);
    // The same again is known: it came before the move.
    await store.inbox.receive(receivedBatch([receivedMessage('7')]));
    expect(await schema.query('SELECT seq FROM wechat_ilink.messages')).toHaveLength(ROWS + 1);
    await expect(store.unreadable.list('bot')).resolves.toMatchObject([{ body: Buffer.from([0, 255, 1]) }]);
  });

  it('that was broken off goes on where it was, and brings nothing twice', async () => {
    const broken = new Error('broken off');
    const first = source();
    const onStep = ({ table, done }: MoveStep): void => {
      if (table === 'messages' && done >= 200) throw broken;
    };
    await expect(moveStore(first, await target(), onStep)).rejects.toBe(broken);
    first.close();
    open.splice(open.indexOf(first), 1);
    const moved = await moveStore(source(), await target());
    expect(moved.isResumed).toBe(true);
    expect(await schema.query('SELECT seq FROM wechat_ilink.messages')).toHaveLength(ROWS);
    expect(await schema.query("SELECT 1 FROM wechat_ilink.slips WHERE kind = 'store_move'")).toEqual([]);
  });

  it('does not go on from a file that has changed', async () => {
    const first = source();
    const fail = (): never => {
      throw new Error('broken off');
    };
    await expect(moveStore(first, await target(), fail)).rejects.toThrow('broken off');
    first.close();
    open.splice(open.indexOf(first), 1);
    const store = SqliteStore.open(path, NOW, () => undefined);
    await store.inbox.receive(receivedBatch([receivedMessage('later')]));
    await store.close();
    await expect(moveStore(source(), await target())).rejects.toMatchObject({ code: 'MOVE_CHANGED' });
  });

  it('leaves a database alone that has something in it', async () => {
    const store = await schema.open();
    await store.inbox.receive(receivedBatch([receivedMessage('other')]));
    await store.close();
    await expect(moveStore(source(), await target())).rejects.toMatchObject({ code: 'MOVE_NOT_EMPTY' });
  });

  it('leaves a database alone that a process uses, and a file that one uses', async () => {
    const store = await schema.open();
    await store.leases.heartbeat('process', { now: NOW, lifeMs: 6_000 });
    await expect(target()).rejects.toMatchObject({ code: 'MOVE_IN_USE' });
    const other = SqliteStore.open(path, NOW, () => undefined);
    await other.leases.heartbeat('process', { now: NOW, lifeMs: 6_000 });
    expect(() => SqliteMoveSource.open(path, NOW + 5_000)).toThrow(
      expect.objectContaining({ code: 'MOVE_IN_USE' }),
    );
    await other.close();
  });

  it('keeps others from writing to the file meanwhile', () => {
    source();
    const other = new DatabaseSync(path);
    expect(() => other.exec("INSERT INTO facts VALUES ('x')")).toThrow(/locked/);
    other.close();
  });

  it('notices when something else arrived than was read', async () => {
    const kept = await target();
    const spoiling: MoveTarget = Object.assign(Object.create(kept) as PostgresMoveTarget, {
      add: (table: Parameters<MoveTarget['add']>[0], rows: Parameters<MoveTarget['add']>[1], at: never) =>
        kept.add(table, table.name === 'unclaimed' ? [] : rows.slice(table.name === 'seen' ? 1 : 0), at),
    });
    await expect(moveStore(source(), spoiling)).rejects.toMatchObject({
      code: 'MOVE_DIFFERS',
      table: 'seen',
    });
  });

  it('knows every table of the file, with all columns', () => {
    const moved = MOVED_TABLES.map(({ name, columns }) => [name, Object.keys(columns).sort()]);
    const inFile = [...columnsOfTables()]
      .filter(([name]) => !STAYS.includes(name))
      .map(([name, columns]) => [name, columns.filter((column) => column !== 'claimed_by').sort()]);
    expect(Object.fromEntries(moved)).toEqual(Object.fromEntries(inFile));
  });
});
