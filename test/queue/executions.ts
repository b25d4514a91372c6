import { Client } from 'pg';
import type { ExecutionRow } from '../crash/n8n/executions';

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

/**
 * The executions of a workflow, each with the text of its message. An execution that n8n gave up has lost its data; the key under which
 * it was begun still names the message.
 */
export async function readExecutions(url: string, workflowId: string): Promise<ExecutionRow[]> {
  const sql = `SELECT e.id::text, e.status, m.text FROM execution_entity e LEFT JOIN (
      SELECT body::json ->> 'message_id' AS id, body::json #>> '{item_list,0,text_item,text}' AS text
      FROM wechat_ilink.messages) m ON m.id = split_part(e."deduplicationKey", ':', 4)
    WHERE e."workflowId" = $1 ORDER BY e.id`;
  const rows = await query<{ id: string; status: string; text: string | null }>(url, sql, [workflowId]);
  return rows.map(({ id, status, text }) => ({ id, status, text: text ?? '' }));
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
