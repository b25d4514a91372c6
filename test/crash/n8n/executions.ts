import { readRows } from '../read';

/** A row in n8n's list of executions. */
export interface ExecutionRow {
  id: string;
  status: string;
  /** The message that started it, as found in the data of the execution; empty when n8n has no data for it. */
  text: string;
}

const TEXT = /"(message \d+)"/;

/** Reads the executions of a workflow out of n8n's database. */
export function readExecutions(path: string, workflowId: string): ExecutionRow[] {
  const sql = `SELECT e.id, e.status, d.data FROM execution_entity e
    LEFT JOIN execution_data d ON d.executionId = e.id WHERE e.workflowId = ? ORDER BY e.id`;
  const rows = readRows<{ id: number; status: string; data: string | null }>(path, sql, workflowId);
  return rows.map(({ id, status, data }) => {
    return { id: String(id), status, text: TEXT.exec(data ?? '')?.[1] ?? '' };
  });
}

/** How many rows have each status. */
export function countByStatus(rows: readonly ExecutionRow[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { status } of rows) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}
