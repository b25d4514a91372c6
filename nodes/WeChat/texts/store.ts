import type { StoreTrouble } from '../../../bot/store-trouble';
import { type Table, type Words, textOf } from './table';

const CHECK_DISK = "Check the disk that holds n8n's folder";

const STORE: Table<StoreTrouble, Words> = {
  gone: {
    message: 'The disk with the WeChat messages was taken away while n8n runs',
    next: 'Put it back; n8n goes on by itself then. If it is gone for good, restart n8n.',
  },
  damaged: {
    message: 'The file with the WeChat messages is damaged again and again',
    next: `${CHECK_DISK}, and restart n8n.`,
  },
  newer: {
    message: 'The file with the WeChat messages was written by a newer version of this package',
    next: 'Update the package, or move "wechat.sqlite" away to begin without the messages that wait in it.',
  },
  full: {
    message: 'The disk is full, so WeChat messages cannot be kept',
    next: "Make room on the disk that holds n8n's folder.",
  },
  busy: {
    message: 'Another program holds the file with the WeChat messages, so nothing can be kept in it',
    next: 'Close what has it open: a viewer of databases, or a backup that does not end.',
  },
  not_writable: {
    message: 'The folder for WeChat messages cannot be written',
    next: 'Give the user that runs n8n the right to write into the folder "wechat-ilink" inside n8n\'s own folder (.n8n), or name another with WECHAT_ILINK_FOLDER.',
  },
  on_network: {
    message:
      'The folder for WeChat messages lies on a network file system, where the file with them would be damaged',
    next: 'Name a folder on a disk of this machine with WECHAT_ILINK_FOLDER, the same one for every process of n8n, or a database with WECHAT_ILINK_DATABASE_URL. If only one process uses it, and you know what you do, set WECHAT_ILINK_ALLOW_NETWORK_FOLDER=true.',
  },
  not_shared: {
    message: 'This process does not share the store for WeChat messages with the main process of n8n',
    next: "In queue mode all processes of n8n need one store: mount the same volume into each at n8n's own folder (.n8n), or name it with WECHAT_ILINK_FOLDER; on several machines set WECHAT_ILINK_DATABASE_URL for all of them. Then restart them. So that no messages are taken away from the main process, this one does not look for any.",
  },
  disk_fails: { message: 'WeChat messages cannot be kept', next: `${CHECK_DISK}.` },
  no_such_store: {
    message: 'WECHAT_ILINK_STORE names a store for WeChat messages that there is not',
    next: 'Set it to "n8n-database" where n8n itself uses PostgreSQL (DB_TYPE=postgresdb), set WECHAT_ILINK_DATABASE_URL, or leave both away. Then restart n8n.',
  },
  database_unreachable: {
    message: 'The database for WeChat messages cannot be reached',
    next: 'Start it, or check the address that the environment of n8n names (WECHAT_ILINK_DATABASE_URL, or DB_POSTGRESDB_HOST).',
  },
  database_denied: {
    message: 'The database for WeChat messages does not let n8n in',
    next: 'Check user, password and name of the database. The user needs the right to create the schema "wechat_ilink", or has to own it.',
  },
  database_full: {
    message: 'The database has no room, so WeChat messages cannot be kept',
    next: 'Make room where PostgreSQL has its files.',
  },
  database_read_only: {
    message: 'The database for WeChat messages takes no changes',
    next: 'It may be a copy of another one: name the one that is written.',
  },
  database_in_doubt: {
    message:
      'The connection to the database for WeChat messages broke, and nobody can say whether the last change was kept',
    next: 'Nothing, when it does not come again: it is tried anew. Else check the network to the database.',
  },
  database_tables_gone: {
    message: 'Tables of the database for WeChat messages are missing',
    next: 'Restore the schema "wechat_ilink" from a back-up, or restart n8n to begin with empty ones.',
  },
  database_newer: {
    message: 'The tables for WeChat messages were made by a newer version of this package',
    next: 'Update the package in every process of n8n.',
  },
  unknown: {
    message: 'WeChat messages cannot be kept',
    next: 'Look at n8n\'s log, and check the folder "wechat-ilink" inside n8n\'s own folder (.n8n).',
  },
};

/** What is wrong with the store, and what to do. */
export function storeWords(trouble: StoreTrouble): Words {
  const { message, next } = textOf(STORE, trouble);
  return { message, next: `${next} ${CONSEQUENCE[trouble.facts.stopped]} (${trouble.facts.seen})` };
}

const CONSEQUENCE: Record<StoreTrouble['facts']['stopped'], string> = {
  receiving: 'Until then no messages are fetched, so none are lost: WeChat keeps them.',
  action:
    'Nothing was sent: without them nobody knows whether the user may be written to. Run the node again then.',
};
