import { STORE_DAMAGED, STORE_GONE, STORE_NEWER } from '../store/store';

/** The store could not be opened, read or written. `message` says what happened, `next` what to do. */
export class StoreTrouble extends Error {
  readonly next: string;

  constructor(override readonly cause: unknown) {
    const { message, next } = explain(cause);
    super(message);
    this.name = 'StoreTrouble';
    this.next = `${next} Until then no messages are fetched, so none are lost: WeChat keeps them. (${codeOf(cause)})`;
  }
}

/** Kinds of SQLite's errors: the low byte of the extended code. */
const BUSY = 5;
const FULL = 13;
const READ_ONLY = 8;
const CANNOT_OPEN = 14;
const IO_ERROR = 10;
/** The right is missing, or something else lies where the folder or the file should be. */
const NO_PLACE: ReadonlySet<unknown> = new Set([
  'EACCES',
  'EPERM',
  'EROFS',
  'ENOENT',
  'ENOTDIR',
  'EEXIST',
  'EISDIR',
]);

const ABOUT_THE_FILE: ReadonlyMap<unknown, { message: string; next: string }> = new Map([
  [
    STORE_GONE,
    {
      message: 'The disk with the WeChat messages was taken away while n8n runs',
      next: 'Put it back; n8n goes on by itself then. If it is gone for good, restart n8n.',
    },
  ],
  [
    STORE_DAMAGED,
    {
      message: 'The file with the WeChat messages is damaged again and again',
      next: "Check the disk that holds n8n's folder, and restart n8n.",
    },
  ],
  [
    STORE_NEWER,
    {
      message: 'The file with the WeChat messages was written by a newer version of this package',
      next: 'Update the package, or move "wechat.sqlite" away to begin without the messages that wait in it.',
    },
  ],
]);

function explain(cause: unknown): { message: string; next: string } {
  const { errcode, code } = Object(cause) as { errcode?: unknown; code?: unknown };
  const kind = typeof errcode === 'number' ? errcode & 0xff : undefined;
  if (kind === FULL || code === 'ENOSPC' || code === 'EDQUOT') {
    return {
      message: 'The disk is full, so WeChat messages cannot be kept',
      next: "Make room on the disk that holds n8n's folder.",
    };
  }
  if (kind === BUSY) {
    return {
      message: 'Another program holds the file with the WeChat messages, so nothing can be kept in it',
      next: 'Close what has it open: a viewer of databases, or a backup that does not end.',
    };
  }
  const known = ABOUT_THE_FILE.get(code);
  if (known) return known;
  if (kind === READ_ONLY || kind === CANNOT_OPEN || NO_PLACE.has(code)) {
    return {
      message: 'The folder for WeChat messages cannot be written',
      next: 'Give the user that runs n8n the right to write into the folder "wechat-ilink" inside n8n\'s own folder (.n8n), or name another with WECHAT_ILINK_FOLDER.',
    };
  }
  return {
    message: 'WeChat messages cannot be kept',
    next:
      kind === IO_ERROR
        ? "Check the disk that holds n8n's folder."
        : 'Look at n8n\'s log, and check the folder "wechat-ilink" inside n8n\'s own folder (.n8n).',
  };
}

function codeOf(cause: unknown): string {
  const { errcode, code, name } = Object(cause) as { errcode?: unknown; code?: unknown; name?: unknown };
  if (typeof errcode === 'number') return `SQLite ${errcode}`;
  return typeof code === 'string' ? code : String(name ?? 'unknown');
}
