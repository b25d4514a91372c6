import { Database, OPEN_FLAGS } from './database';
import { RESULT_CODES } from './errors';

/**
 * The part of node-sqlite3's API that n8n uses (its TypeORM driver `sqlite-pooled`), on top of node:sqlite. It takes the
 * place of the module `sqlite3` on machines that have no compiler.
 */
const sqlite3 = {
  ...OPEN_FLAGS,
  ...RESULT_CODES,
  Database,
  /** node-sqlite3 adds longer stack traces; here they are complete anyway. */
  verbose: () => sqlite3,
};

export = sqlite3;
