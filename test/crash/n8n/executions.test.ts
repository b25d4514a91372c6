import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { removeTempFolders, tempFolder } from '../../support/temp-folder';
import { countByStatus, readExecutions } from './executions';

afterAll(removeTempFolders);

/** The columns of n8n's tables that count here. */
function database(): string {
  const path = join(tempFolder(), 'database.sqlite');
  const n8n = new DatabaseSync(path);
  n8n.exec(`
    CREATE TABLE execution_entity (id INTEGER PRIMARY KEY, status TEXT, workflowId TEXT);
    CREATE TABLE execution_data (executionId INTEGER PRIMARY KEY, data TEXT);
    INSERT INTO execution_entity VALUES (1, 'success', 'w'), (2, 'crashed', 'w'), (3, 'success', 'other'), (10, 'success', 'w');
    INSERT INTO execution_data VALUES
      (1, '[{"text":"1","chatInput":"1"},"message 12","re: message 12"]'),
      (3, '[{"text":"1"},"message 13"]'),
      (10, '[{"text":"1"},"message 120"]');
  `);
  n8n.close();
  return path;
}

it('reads which execution was started by which message, also when n8n has no data for one', () => {
  expect(readExecutions(database(), 'w')).toEqual([
    { id: '1', status: 'success', text: 'message 12' },
    { id: '2', status: 'crashed', text: '' },
    { id: '10', status: 'success', text: 'message 120' },
  ]);
});

it('counts the executions by their status', () => {
  expect(countByStatus(readExecutions(database(), 'w'))).toEqual({ success: 2, crashed: 1 });
});
