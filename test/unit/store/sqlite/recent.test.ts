import { DatabaseSync } from 'node:sqlite';

import { Database } from '../../../../store/sqlite/database';
import { MIGRATIONS } from '../../../../store/sqlite/schema';
import { RECENT_MIGRATION } from '../../../../store/sqlite/migrations/recent';

describe('The step that adds it to a store of before', () => {
  const BODIES = [
    JSON.stringify({
      message_id: '18446744073709551615',
      item_list: [{ msg_id: '7' }, { type: 1 }, { msg_id: '8' }],
    }),
    JSON.stringify({ item_list: { type: 1, msg_id: '9' } }),
    JSON.stringify({ message_id: null, item_list: [null, 5, 'text', '{"msg_id":"no"}', ['x']] }),
    JSON.stringify({ message_id: '', item_list: 'none' }),
    'null',
    '5',
    '"text"',
    'this is not JSON',
    '',
  ];

  it('takes the ids of what is there, and is not troubled by anything else', () => {
    const connection = new DatabaseSync(':memory:');
    const database = new Database(connection);
    const before = MIGRATIONS.indexOf(RECENT_MIGRATION);
    expect(before).toBeGreaterThan(0);
    for (const step of MIGRATIONS.slice(0, before)) database.exec(step);
    for (const body of BODIES) {
      database.run("INSERT INTO messages (bot, user_id, received_at, body) VALUES ('b', 'u', 1, ?)", body);
    }
    database.exec(RECENT_MIGRATION);
    expect(
      database.all('SELECT id, seq FROM message_ids ORDER BY length(id), id').map((row) => ({ ...row })),
    ).toEqual([
      { id: '7', seq: 1 },
      { id: '8', seq: 1 },
      { id: '18446744073709551615', seq: 1 },
    ]);
    database.exec('DELETE FROM messages');
    expect(database.all('SELECT * FROM message_ids')).toEqual([]);
    database.close();
  });
});
