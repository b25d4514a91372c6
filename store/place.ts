import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { PostgresSettings } from './postgres/settings';
import { STORE_CHOICE } from './store';

/** Which store, and how to reach it. */
export type StoreChoice = { kind: 'sqlite'; path: string } | { kind: 'postgres'; settings: PostgresSettings };

type Env = NodeJS.ProcessEnv;
type ReadFile = (path: string) => string;

const readText: ReadFile = (path) => readFileSync(path, 'utf8');

/** Where the store is: in our folder inside n8n's own, which is `.n8n` in N8N_USER_FOLDER or in the home folder. */
export function storePath(env: Env, home: string): string {
  const folder = env.WECHAT_ILINK_FOLDER || join(env.N8N_USER_FOLDER || home, '.n8n', 'wechat-ilink');
  return join(folder, 'wechat.sqlite');
}

/**
 * Which store the environment names: the database of `WECHAT_ILINK_DATABASE_URL`, or the one that n8n itself uses
 * (`WECHAT_ILINK_STORE=n8n-database`), else a file.
 *
 * @param home the home folder
 * @throws with the code {@link STORE_CHOICE} when it names something that there is not; what reading a file throws
 */
export function chooseStore(env: Env, home: string, readFile: ReadFile = readText): StoreChoice {
  const url = variable(env, 'WECHAT_ILINK_DATABASE_URL', readFile);
  if (url) return { kind: 'postgres', settings: { url } };
  const choice = env.WECHAT_ILINK_STORE || 'sqlite';
  if (choice === 'n8n-database' && env.DB_TYPE === 'postgresdb') {
    return { kind: 'postgres', settings: databaseOfN8n(env, readFile) };
  }
  if (choice !== 'sqlite') throw unknownChoice(choice);
  return { kind: 'sqlite', path: storePath(env, home) };
}

/** The variables and defaults of n8n 2.41 (`@n8n/config`, DatabaseConfig). */
function databaseOfN8n(env: Env, readFile: ReadFile): PostgresSettings {
  const of = (name: string): string | undefined => variable(env, `DB_POSTGRESDB_${name}`, readFile);
  const tls = tlsOfN8n(of);
  return {
    host: of('HOST') ?? 'localhost',
    port: Number(of('PORT')) || 5432,
    database: of('DATABASE') ?? 'n8n',
    user: of('USER') ?? 'postgres',
    password: of('PASSWORD') ?? '',
    ...(tls && { tls }),
  };
}

/** As n8n does it: whatever is set of certificates switches TLS on. */
function tlsOfN8n(of: (name: string) => string | undefined): PostgresSettings['tls'] {
  const [ca, cert, key] = ['SSL_CA', 'SSL_CERT', 'SSL_KEY'].map(of);
  const rejectUnauthorized = flag(of('SSL_REJECT_UNAUTHORIZED'), true);
  if (!ca && !cert && !key && rejectUnauthorized && !flag(of('SSL_ENABLED'), false)) return undefined;
  return { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }), rejectUnauthorized };
}

function flag(value: string | undefined, otherwise: boolean): boolean {
  const text = value?.toLowerCase();
  if (text === 'true' || text === '1') return true;
  return text === 'false' || text === '0' ? false : otherwise;
}

/** The variable itself wins, also when it is empty; else the file that `…_FILE` names, as n8n reads it. */
function variable(env: Env, name: string, readFile: ReadFile): string | undefined {
  if (env[name] !== undefined) return env[name];
  const path = env[`${name}_FILE`];
  return path ? readFile(path).trim() : undefined;
}

function unknownChoice(choice: string): Error {
  return Object.assign(new Error(STORE_CHOICE), { code: STORE_CHOICE, choice });
}
