import { StoreTrouble } from '../../../../../bot/store-trouble';
import { storeWords } from '../../../../../nodes/WeChat/texts';

const sqlite = (errcode: number): Error => Object.assign(new Error('from SQLite'), { errcode });
const system = (code: string): Error => Object.assign(new Error('from the system'), { code });

const FULL = 'The disk is full, so WeChat messages cannot be kept';
const NOT_WRITABLE = 'The folder for WeChat messages cannot be written';
const NEWER = 'The file with the WeChat messages was written by a newer version of this package';
const GONE = 'The disk with the WeChat messages was taken away while n8n runs';
const DAMAGED = 'The file with the WeChat messages is damaged again and again';
const BUSY = 'Another program holds the file with the WeChat messages, so nothing can be kept in it';
const OTHER = 'WeChat messages cannot be kept';

describe('What is wrong with the store', () => {
  it.each<[string, string, unknown, string]>([
    [FULL, 'Make room', sqlite(13), 'SQLite 13'],
    [NOT_WRITABLE, 'WECHAT_ILINK_FOLDER', sqlite(8), 'SQLite 8'],
    [NOT_WRITABLE, 'WECHAT_ILINK_FOLDER', system('EACCES'), 'EACCES'],
    [NEWER, 'Update the package', system('STORE_NEWER'), 'STORE_NEWER'],
    [GONE, 'restart n8n', system('STORE_GONE'), 'STORE_GONE'],
    [OTHER, 'Check the disk', sqlite(10 | (3 << 8)), 'SQLite 778'],
    [DAMAGED, 'Check the disk', system('STORE_DAMAGED'), 'STORE_DAMAGED'],
    [BUSY, 'backup', sqlite(5), 'SQLite 5'],
    [OTHER, "n8n's log", new TypeError('a bug'), 'TypeError'],
  ])('is said as "%s", with what to do: %s, for %p', (message, next, cause, seen) => {
    const words = storeWords(new StoreTrouble(cause));
    expect(words.message).toBe(message);
    expect(words.next).toContain(next);
    expect(words.next).toContain('WeChat keeps them');
    expect(words.next).toContain(`(${seen})`);
  });
});
