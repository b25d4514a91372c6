import {
  MOVE_CHANGED,
  MOVE_DIFFERS,
  MOVE_FOREIGN,
  MOVE_IN_USE,
  MOVE_NOT_EMPTY,
  MOVE_OLDER,
  type MoveStep,
} from '../../store/move/move';
import {
  STORE_CHOICE,
  STORE_DENIED,
  STORE_FULL,
  STORE_NEWER,
  STORE_READ_ONLY,
  STORE_UNREACHABLE,
} from '../../store/store';
import type { Words } from './errors';

const EMPTY_IT =
  'To begin anew, delete what is there with DROP SCHEMA wechat_ilink CASCADE, and call this once more.';

/** What the command `store` says. */
export const STORE = {
  whichCommand: {
    message: 'The command is "store move"',
    next: 'See n8n-nodes-wechat-ilink store --help.',
  },
  noTarget: {
    message: 'The environment names no PostgreSQL database to move to',
    next: 'Set WECHAT_ILINK_DATABASE_URL, or WECHAT_ILINK_STORE=n8n-database beside the DB_ variables of n8n.',
  },
  step: ({ what, table, done, total }: MoveStep) => `${what} ${table}: ${done} of ${total}`,
  moved: (rows: number, from: string) =>
    `${rows} rows were copied and compared: everything is there. The file stays as it is (${from}): keep it as a back-up, and start n8n with the variables that this command had.`,
};

const PROBLEMS: Record<string, Words> = {
  [MOVE_IN_USE]: {
    message: 'n8n still uses the file or the database',
    next: 'Stop every process of n8n, wait 15 seconds, and call this once more.',
  },
  [MOVE_OLDER]: {
    message: 'The file is of an earlier version of this package',
    next: 'Start n8n with this version once, without the variables for PostgreSQL. Stop it, and call this once more.',
  },
  [MOVE_FOREIGN]: {
    message: 'The file is no store of this package',
    next: 'Name it with --from, or its folder with WECHAT_ILINK_FOLDER. Its name is wechat.sqlite.',
  },
  [MOVE_NOT_EMPTY]: {
    message: 'The database already has messages of this package',
    next: `Two stores cannot be made one. ${EMPTY_IT}`,
  },
  [MOVE_CHANGED]: {
    message: 'The file has changed since the move was begun, or it is another one',
    next: EMPTY_IT,
  },
  [MOVE_DIFFERS]: {
    message: 'What arrived is not what was read',
    next: `The file is as it was, and n8n can go on with it. ${EMPTY_IT}`,
  },
  [STORE_CHOICE]: {
    message: 'WECHAT_ILINK_STORE names a store that there is not',
    next: 'It is n8n-database (with DB_TYPE=postgresdb), sqlite, or not set.',
  },
  [STORE_NEWER]: {
    message: 'The file or the database is of a newer version of this package',
    next: 'Update the package to that version.',
  },
  [STORE_UNREACHABLE]: {
    message: 'The database cannot be reached',
    next: 'Check its address, and that it runs. What was copied stays there: call this once more to go on.',
  },
  [STORE_DENIED]: {
    message: 'The database does not know this user or its password, or gives it no right to do this',
    next: 'The user needs the right to make a schema: GRANT CREATE ON DATABASE … TO ….',
  },
  [STORE_FULL]: {
    message: 'The database has no room left',
    next: 'Make room. What was copied stays there: call this once more to go on.',
  },
  [STORE_READ_ONLY]: {
    message: 'The database takes no writes',
    next: 'Name the server that is written to, and not a copy of it.',
  },
  ENOENT: {
    message: 'There is no such file',
    next: 'Name it with --from, or its folder with WECHAT_ILINK_FOLDER. Its name is wechat.sqlite.',
  },
};

/** What went wrong with a store, and what to do. Of an error that is not known only its code is said. */
export function storeProblem(error: unknown): Words {
  const { code, name } = Object(error) as { code?: unknown; name?: unknown };
  const known = PROBLEMS[String(code)];
  if (known) return known;
  return {
    message: `The store could not be moved (${String(code ?? name)})`,
    next: 'What was copied stays in the database: call this once more to go on. The file is as it was.',
  };
}
