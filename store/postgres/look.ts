import type { StoreLook } from '../look';
import type { KeptPiece } from '../unreadable';
import { clientConfig } from './connections';
import { explained } from './failures';
import { MIGRATIONS } from './schema';
import type { PostgresSettings } from './settings';
import { inSchema, SCHEMA } from './sql';

const PIECES = `SELECT digest, reason, size, body, first_at AS "firstAt", last_at AS "lastAt", times
  FROM wechat_ilink.unreadable ORDER BY number DESC LIMIT 100`;
/** The other lease of a bot, of version 0.1, has a longer name. */
const LEADERS = `SELECT l.owner, count(*) FILTER (WHERE length(l.connection) = 32) AS bots FROM wechat_ilink.leases l JOIN wechat_ilink.owners o USING (owner)
  WHERE o.alive_until > clock_timestamp() GROUP BY l.owner ORDER BY l.owner`;

/**
 * Looks into the tables that are there, over one connection, and writes nothing.
 *
 * @throws with one of the codes of store.ts when the database cannot be reached, or has no such tables
 */
export async function lookIntoDatabase(settings: PostgresSettings, schema = SCHEMA): Promise<StoreLook> {
  const { Client } = await import('pg');
  const client = new Client(clientConfig(settings));
  client.on('error', () => undefined);
  const rows = async <Row>(sql: string): Promise<Row[]> =>
    (await client.query(inSchema(schema, sql))).rows as Row[];
  try {
    await client.connect();
    const [migrations] = await rows<{ steps: number }>('SELECT steps FROM wechat_ilink.migrations');
    const unreadable = await rows<KeptPiece>(PIECES);
    const [echoes] = await rows<{ n: number }>(
      "SELECT count(*) AS n FROM wechat_ilink.messages WHERE kind = 'echo'",
    );
    const leaders = await rows<StoreLook['leaders'][number]>(LEADERS);
    const version = { found: migrations?.steps ?? 0, known: MIGRATIONS.length };
    return { version, leaders, unreadable, echoes: echoes?.n ?? 0 };
  } catch (error) {
    throw explained(error);
  } finally {
    await client.end().catch(() => undefined);
  }
}
