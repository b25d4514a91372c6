import { Client } from 'pg';
import type { ExecutionRow } from '../crash/n8n/executions';

const TEXT = /"(message \d+)"/;

/** Rows of a query on the database that n8n and our store share. */
export async function query<Row>(url: string, sql: string, values: unknown[] = []): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql, values)).rows as Row[];
  } finally {
    await client.end();
  }
}

/** Reads the executions of a workflow out of n8n's database. */
export async function readExecutions(url: string, workflowId: string): Promise<ExecutionRow[]> {
  const sql = `SELECT e.id::text, e.status, d.data FROM execution_entity e
    LEFT JOIN execution_data d ON d."executionId" = e.id WHERE e."workflowId" = $1 ORDER BY e.id`;
  const rows = await query<{ id: string; status: string; data: string | null }>(url, sql, [workflowId]);
  return rows.map(({ id, status, data }) => ({ id, status, text: TEXT.exec(data ?? '')?.[1] ?? '' }));
}

/** How many executions of a workflow n8n has not come to the end of. */
export async function unfinished(url: string, workflowId: string): Promise<number> {
  const sql = `SELECT count(*)::int AS n FROM execution_entity
    WHERE "workflowId" = $1 AND status IN ('new', 'running', 'waiting')`;
  return (await query<{ n: number }>(url, sql, [workflowId]))[0]!.n;
}

/** What our store still wants to hand over and to send. */
export async function waitingInStore(url: string): Promise<{ deliveries: number; outbox: number }> {
  const sql = `SELECT (SELECT count(*)::int FROM wechat_ilink.deliveries) AS deliveries,
    (SELECT count(*)::int FROM wechat_ilink.outbox) AS outbox`;
  return (await query<{ deliveries: number; outbox: number }>(url, sql))[0]!;
}

/** The texts of all messages that our store has kept. */
export async function keptTexts(url: string): Promise<Set<string>> {
  const rows = await query<{ text: string | null }>(
    url,
    `SELECT body::json #>> '{item_list,0,text_item,text}' AS text FROM wechat_ilink.messages`,
  );
  return new Set(rows.flatMap(({ text }) => (text === null ? [] : [text])));
}
