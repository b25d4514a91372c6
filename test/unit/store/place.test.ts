import { chooseStore, type StoreChoice } from '../../../store/place';

const files: Record<string, string> = {
  '/run/secrets/password': 'a secret\n',
  '/run/secrets/url': ' postgres://db/wechat \n',
};
const choose = (env: NodeJS.ProcessEnv): StoreChoice =>
  chooseStore(env, '/home/me', (path) => {
    if (!(path in files)) throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
    return files[path]!;
  });
const N8N = { WECHAT_ILINK_STORE: 'n8n-database', DB_TYPE: 'postgresdb' };
const DEFAULTS = { host: 'localhost', port: 5432, database: 'n8n', user: 'postgres', password: '' };

describe('Which store it is', () => {
  test.each([
    [{}],
    [{ WECHAT_ILINK_STORE: '' }],
    [{ WECHAT_ILINK_STORE: 'sqlite' }],
    [{ DB_TYPE: 'postgresdb' }],
  ])('is a file with %j', (env) => {
    const path = '/home/me/.n8n/wechat-ilink/wechat.sqlite';
    expect(choose(env)).toEqual({ kind: 'sqlite', path });
  });

  test('is the database of the address, whatever else is set', () => {
    const url = 'postgres://user:secret@db:5433/wechat?sslmode=require';
    expect(choose({ ...N8N, WECHAT_ILINK_DATABASE_URL: url })).toEqual({
      kind: 'postgres',
      settings: { url },
    });
  });

  test('is the database of an address in a file', () => {
    const env = { WECHAT_ILINK_DATABASE_URL_FILE: '/run/secrets/url' };
    expect(choose(env)).toEqual({ kind: 'postgres', settings: { url: 'postgres://db/wechat' } });
  });

  test.each([
    ['with its defaults', {}, {}],
    [
      'with everything that is set',
      { HOST: 'db', PORT: '5433', DATABASE: 'd', USER: 'u', PASSWORD: 'p' },
      { host: 'db', port: 5433, database: 'd', user: 'u', password: 'p' },
    ],
    ['with a password in a file', { PASSWORD_FILE: '/run/secrets/password' }, { password: 'a secret' }],
    [
      'with a password that is set, and not the one in the file',
      { PASSWORD: 'p', PASSWORD_FILE: '/run/secrets/password' },
      { password: 'p' },
    ],
    ['with TLS', { SSL_ENABLED: 'true' }, { tls: { rejectUnauthorized: true } }],
    [
      'with TLS where any certificate is set',
      { SSL_CA: 'PEM' },
      { tls: { ca: 'PEM', rejectUnauthorized: true } },
    ],
    [
      'with TLS that believes any certificate',
      { SSL_REJECT_UNAUTHORIZED: 'false' },
      { tls: { rejectUnauthorized: false } },
    ],
    [
      'with a certificate of its own',
      { SSL_CERT: 'C', SSL_KEY: 'K', SSL_ENABLED: '1' },
      { tls: { cert: 'C', key: 'K', rejectUnauthorized: true } },
    ],
    ['without TLS when that is said', { SSL_ENABLED: 'false' }, {}],
  ])("is n8n's own database %s", (_how, set, settings) => {
    const env = Object.fromEntries(
      Object.entries(set).map(([name, value]) => [`DB_POSTGRESDB_${name}`, value]),
    );
    expect(choose({ ...N8N, ...env })).toEqual({ kind: 'postgres', settings: { ...DEFAULTS, ...settings } });
  });

  test.each([
    [{ WECHAT_ILINK_STORE: 'n8n-database' }],
    [{ WECHAT_ILINK_STORE: 'n8n-database', DB_TYPE: 'sqlite' }],
    [{ WECHAT_ILINK_STORE: 'postgres' }],
  ])('is none with %j, and that is said', (env) => {
    expect(() => choose(env)).toThrow(expect.objectContaining({ code: 'STORE_CHOICE' }));
  });

  test('is not guessed when a file cannot be read', () => {
    expect(() => choose({ WECHAT_ILINK_DATABASE_URL_FILE: '/nowhere' })).toThrow('no such file');
  });
});
