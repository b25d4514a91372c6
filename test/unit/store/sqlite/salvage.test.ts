import { closeSync, openSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { Database } from '../../../../store/sqlite/database';
import { salvage, startCounting, type Saved } from '../../../../store/sqlite/salvage';
import { MIGRATIONS } from '../../../../store/sqlite/schema';
import { atOnce } from '../../../../store/sqlite/steps';
import { removeTempFolders, tempFolder } from '../../../support/temp-folder';

const NOW = 1_764_000_000_000;

describe('What can be read of a damaged file', () => {
  let path: string;
  let source: Database;
  let target: Database;
  const empty = (at: string): Database => {
    const database = new Database(new DatabaseSync(at));
    for (const step of MIGRATIONS) database.exec(step);
    return database;
  };
  const carryOver = (): Saved => atOnce(salvage(source, target, NOW));
  const count = (table: string): number => target.get<{ n: number }>(`SELECT count(*) AS n FROM ${table}`)!.n;

  beforeEach(() => {
    path = join(tempFolder(), 'damaged.sqlite');
    source = empty(path);
    target = empty(':memory:');
  });
  afterEach(() => {
    source.close();
    target.close();
  });
  afterAll(removeTempFolders);

  /** Rows of a kilobyte, so that there are pages enough. */
  function fill(rows: number): void {
    const numbers = `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${rows})`;
    source.exec(`BEGIN; ${numbers} INSERT INTO messages (bot, user_id, received_at, body)
      SELECT 'b', 'u', i, '{"x":"' || hex(randomblob(500)) || '"}' FROM n;
      ${numbers} INSERT INTO deliveries (subscriber, seq) SELECT 'w', i FROM n;
      ${numbers} INSERT INTO seen (bot, key, seen_at) SELECT 'b', printf('%06d', i) || hex(randomblob(100)), i FROM n; COMMIT`);
  }
  function scribble(page: number): void {
    const file = openSync(path, 'r+');
    writeSync(file, Buffer.alloc(4_096, 0x5a), 0, 4_096, page * 4_096);
    closeSync(file);
    source.close();
    source = new Database(new DatabaseSync(path));
  }

  it('is everything when nothing is damaged', () => {
    fill(1_000);
    expect(carryOver()).toEqual({ rows: 3_000, incomplete: [] });
    expect(count('messages')).toBe(1_000);
  });

  it('is nearly everything, whichever page is damaged', () => {
    fill(1_000);
    const pages = statSync(path).size / 4_096;
    // Not the first, which says where everything lies.
    for (let page = 3; page < pages; page += 37) {
      const at = join(tempFolder(), 'copy.sqlite');
      source.exec(`VACUUM INTO '${at}'`);
      const [whole, before] = [source, path];
      path = at;
      source = new Database(new DatabaseSync(path));
      target.close();
      target = empty(':memory:');
      scribble(page);
      carryOver();
      // The page of one table that says where all the others lie can cost that table, and no other.
      const counts = ['messages', 'deliveries', 'seen'].map(count);
      expect(counts.filter((rows) => rows > 950).length).toBeGreaterThanOrEqual(2);
      source.close();
      source = whole;
      path = before;
    }
  });

  it('leaves out what is no JSON although it has to be, and what is about a message of which nothing is left', () => {
    fill(3);
    source.exec("UPDATE messages SET body = '{half' WHERE seq = 2");
    expect(carryOver()).toEqual({ rows: 7, incomplete: ['messages'] });
    expect(target.all('SELECT seq FROM deliveries')).toEqual([{ seq: 1 }, { seq: 3 }]);
  });

  it('goes on counting where the file had come to', () => {
    fill(10);
    source.exec('DELETE FROM messages WHERE seq > 5');
    carryOver();
    target.exec("INSERT INTO messages (bot, user_id, received_at, body) VALUES ('b', 'u', 1, '{}')");
    expect(target.get('SELECT max(seq) AS seq FROM messages')).toEqual({ seq: 11 });
  });

  it('goes on counting from the time when it cannot be read how far the file had come', () => {
    startCounting(target, NOW);
    target.exec("INSERT INTO messages (bot, user_id, received_at, body) VALUES ('b', 'u', 1, '{}')");
    expect(target.get('SELECT max(seq) AS seq FROM messages')).toEqual({ seq: NOW + 1 });
  });

  it('lets a token in again where it is known to have received, when what tokens open was lost', () => {
    source.exec(`INSERT INTO conversations (bot, user_id, context_token, last_inbound_at, login) VALUES
      ('one', 'u', 't', 1, 'token'), ('two', 'u', 't', 1, 'first'), ('two', 'v', 't', 2, 'second'); DROP TABLE logins`);
    expect(carryOver().incomplete).toEqual(['logins']);
    expect(target.all('SELECT login, scope FROM logins')).toEqual([{ login: 'token', scope: 'one' }]);
  });
});
