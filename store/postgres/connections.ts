import type { ClientConfig, Pool, PoolClient } from 'pg';

import { isConnectionFailure } from './failures';
import type { PostgresSettings } from './settings';

/** Connections of one process: a handful is enough, because everything is short, and a server has few hundred. */
const CONNECTIONS = 4;
const CONNECT_MS = 5_000;
/** Nothing here takes this long. */
const QUERY_MS = 10_000;
const KEEP_ALIVE_MS = 10_000;
const IDLE_MS = 30_000;
const LIFE_SECONDS = 3_600;

/** Kinds of values, as PostgreSQL numbers them. */
const NUMBERS: ReadonlySet<number> = new Set([20, 23]);
const BOOLEAN = 16;
const BYTES = 17;

/** A few connections, made when they are needed. `pg` is loaded with the first. */
export class Connections {
  private pool: Promise<Pool> | undefined;

  constructor(private readonly settings: PostgresSettings) {}

  /** Lends one to `action`, and never again when it broke. */
  async use<Result>(action: (client: PoolClient) => Promise<Result>): Promise<Result> {
    this.pool ??= openPool(this.settings);
    const client = await (await this.pool).connect();
    let isBroken = false;
    try {
      return await action(client);
    } catch (error) {
      isBroken = isConnectionFailure(error);
      throw error;
    } finally {
      client.release(isBroken);
    }
  }

  async close(): Promise<void> {
    const pool = await this.pool?.catch(() => undefined);
    if (pool && !pool.ended && !pool.ending) await pool.end();
  }
}

async function openPool(settings: PostgresSettings): Promise<Pool> {
  const { Pool } = await import('pg');
  const pool = new Pool({
    ...clientConfig(settings),
    max: CONNECTIONS,
    idleTimeoutMillis: IDLE_MS,
    maxLifetimeSeconds: LIFE_SECONDS,
    allowExitOnIdle: true,
    // What is asked for together goes out together.
    pipeline: true,
  });
  // One that breaks while nobody uses it is replaced when somebody needs one.
  pool.on('error', () => undefined);
  // One that breaks while it is used says so to whoever uses it, and once more as an event, which would end the process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/** How pg connects. */
export function clientConfig({ url, tls, ...fields }: PostgresSettings): ClientConfig {
  return {
    ...fields,
    ...(url !== undefined && { connectionString: url }),
    ...(tls && { ssl: tls }),
    application_name: 'n8n-nodes-wechat-ilink',
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: QUERY_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    types: { getTypeParser: parserOf },
  };
}

/** Times and numbers fit into a number of JavaScript. */
function parserOf(kind: number): (text: string) => unknown {
  if (NUMBERS.has(kind)) return Number;
  if (kind === BOOLEAN) return (text) => text === 't';
  if (kind === BYTES) return (text) => Buffer.from(text.slice(2), 'hex');
  return (text) => text;
}
