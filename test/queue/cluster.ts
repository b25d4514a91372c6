import { randomBytes } from 'node:crypto';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmulator } from '../../emulator';
import { packAndInstall } from '../../tools/n8n/package';
import { N8nRest } from '../../tools/n8n/rest';
import { ensureN8n } from '../../tools/n8n/runtime';
import { startN8n, type N8nServer, type N8nServerOptions } from '../../tools/n8n/server';
import { freePort } from '../../tools/ports';
import type { Progress } from '../../tools/progress';
import { onShutdown } from '../../tools/shutdown';
import { OWNER, type Stage } from '../../tools/stage';
import { startPostgres, type TestPostgres } from '../support/postgres';
import { TestRedis } from './redis';

/** n8n in queue mode as it is deployed: a main, workers and a webhook process that share a database and a Redis, and no folder. */
export interface Cluster extends Stage {
  /** {@link Stage.n8n} is main. */
  workers: readonly [N8nServer, N8nServer];
  webhook: N8nServer;
  redis: TestRedis;
  postgres: TestPostgres;
  /** The folder of each process. */
  folders: string[];
}

export interface ClusterOptions {
  progress: Progress;
  /** A folder for what each process prints. */
  logs: string;
  /** How long each start of n8n may take, in milliseconds. */
  startMs?: number;
}

/** Brings everything up, visibly. @throws after having ended what was started already */
export async function setCluster(options: ClusterOptions): Promise<Cluster> {
  const undo: Array<() => Promise<void>> = [];
  const close = async (): Promise<void> => {
    for (let step = undo.pop(); step; step = undo.pop()) await step();
  };
  onShutdown(close);
  try {
    return { ...(await start(options, undo)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

type Undo = Array<() => Promise<void>>;

async function start(
  { progress, logs, startMs }: ClusterOptions,
  undo: Undo,
): Promise<Omit<Cluster, 'close'>> {
  const runtime = await ensureN8n(progress);
  const folder = await mkdtemp(join(tmpdir(), 'wechat-ilink-queue-'));
  undo.push(async () => await rm(folder, { recursive: true, force: true }));
  const folders = ['main', 'worker-1', 'worker-2', 'webhook'].map((name) => join(folder, name));
  const [userFolder, ...others] = folders;
  const packed = await packAndInstall(userFolder!, progress);
  for (const other of others) await cp(userFolder!, other, { recursive: true });
  const emulator = await startEmulator({ personPort: await freePort() });
  undo.push(() => emulator.stop());
  const [redis, postgres] = await Promise.all([TestRedis.open(folder), startPostgres()]);
  undo.push(
    () => redis.stop(),
    () => postgres.stop(),
  );
  const [port, webhookPort] = [await freePort(), await freePort()];
  const shared = sharedEnvironment(postgres.url, redis.port, webhookPort);
  // Main and the webhook process find the database by n8n's variables, the workers by our own: it is one store.
  const byN8n = { ...shared, WECHAT_ILINK_STORE: 'n8n-database' };
  const byUrl = { ...shared, WECHAT_ILINK_DATABASE_URL: postgres.url };
  const open = async (name: string, more: Partial<N8nServerOptions>): Promise<N8nServer> => {
    const own = { userFolder: join(folder, name), log: join(logs, `${name}.log`) };
    const n8n = await startN8n({ runtime, progress, ...own, ...more, ...(startMs && { startMs }) });
    undo.push(() => n8n.stop());
    return n8n;
  };
  const worker = async (name: string): Promise<N8nServer> => {
    const health = await freePort();
    const env = { ...byUrl, QUEUE_HEALTH_CHECK_ACTIVE: 'true', QUEUE_HEALTH_CHECK_PORT: String(health) };
    return await open(name, { command: 'worker', port: health, env });
  };
  // Main makes the tables of n8n, so it is there before the others.
  const n8n = await open('main', { port, env: byN8n });
  const [first, second, webhook] = await Promise.all([
    worker('worker-1'),
    worker('worker-2'),
    open('webhook', { command: 'webhook', port: webhookPort, env: byN8n }),
  ]);
  const rest = new N8nRest(n8n.url, runtime);
  await rest.setupOwner(OWNER);
  return {
    emulator,
    n8n,
    rest,
    packed,
    userFolder: userFolder!,
    workers: [first, second],
    webhook,
    redis,
    postgres,
    folders,
  };
}

function sharedEnvironment(databaseUrl: string, redisPort: number, webhookPort: number): NodeJS.ProcessEnv {
  return {
    EXECUTIONS_MODE: 'queue',
    QUEUE_BULL_REDIS_HOST: '127.0.0.1',
    QUEUE_BULL_REDIS_PORT: String(redisPort),
    // Nothing of n8n's own is to end with the default of 10 s while Redis is away.
    QUEUE_BULL_REDIS_TIMEOUT_THRESHOLD: '60000',
    ...databaseOf(databaseUrl),
    WEBHOOK_URL: `http://127.0.0.1:${webhookPort}/`,
    N8N_ENCRYPTION_KEY: randomBytes(24).toString('base64'),
    // n8n would else delete old executions, and our store old messages, and they would look lost.
    EXECUTIONS_DATA_PRUNE: 'false',
    WECHAT_ILINK_KEEP_MESSAGES: '1000000',
    // A workflow whose activation was cut off starts again when n8n's lease on it has run out: after two minutes by default.
    N8N_WORKFLOW_PUBLICATION_OUTBOX_LEASE_SECONDS: '10',
    N8N_WORKFLOW_PUBLICATION_OUTBOX_POLL_INTERVAL_MS: '1000',
  };
}

/** The variables by which n8n finds a database. */
function databaseOf(url: string): NodeJS.ProcessEnv {
  const { hostname, port, username, password, pathname, searchParams } = new URL(
    url.replace('@/', '@localhost/'),
  );
  return {
    DB_TYPE: 'postgresdb',
    // A folder is one with a socket.
    DB_POSTGRESDB_HOST: searchParams.get('host') ?? hostname,
    DB_POSTGRESDB_PORT: searchParams.get('port') ?? (port || '5432'),
    DB_POSTGRESDB_USER: decodeURIComponent(username),
    DB_POSTGRESDB_PASSWORD: decodeURIComponent(password),
    DB_POSTGRESDB_DATABASE: decodeURIComponent(pathname.slice(1)),
  };
}
