import { percentile } from '../../bench/table';
import type { N8nResult } from './n8n/rounds';
import type { Timing } from './receiver/aim';
import type { StepResult } from './receiver/rounds';

type Cell = string | number;

/** The rows of a table, each cell as wide as the widest of its column; the first column is text, the others are numbers. */
export function tableOf(rows: readonly (readonly Cell[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => String(row[column]).length)));
  const cell = (value: Cell, column: number): string =>
    column === 0 ? String(value).padEnd(widths[column]!) : String(value).padStart(widths[column]!);
  return rows.map((row) => row.map(cell).join('  ').trimEnd()).join('\n');
}

/** One line per step and a sum, or one JSON object per step. */
export function reportReceiver(results: readonly StepResult[], asJson: boolean): void {
  if (asJson) return results.forEach((result) => console.log(JSON.stringify(result)));
  const numbers = ({
    kills,
    messages,
    lostFromStore: lost,
    lostInReply,
    duplicates,
    unexplained: wrong,
    dropped,
  }: StepResult) => [kills, messages, lost, lostInReply, duplicates, wrong, dropped];
  const sum = results.map(numbers).reduce((total, row) => total.map((value, column) => value + row[column]!));
  const head = [
    'killed at',
    'kills',
    'messages',
    'lost',
    'lost in a cut reply',
    'duplicates',
    'unexplained',
    'dropped by n8n',
  ];
  console.log(tableOf([head, ...results.map((one) => [one.step, ...numbers(one)]), ['all', ...sum]]));
}

/** Two tables, or one JSON object. */
export function reportN8n(result: N8nResult, asJson: boolean): void {
  if (asJson) return console.log(JSON.stringify(result));
  const moments = result.moments.map(({ moment, kills, lostInReply }) => [moment, kills, lostInReply]);
  console.log(tableOf([['killed', 'kills', 'lost in a cut reply'], ...moments]));
  const statuses = Object.entries(result.byStatus).map(([status, count]) => `${count} ${status}`);
  const facts: [string, Cell][] = [
    ['messages written', result.messages],
    ['kept in the store', result.kept],
    [`executions (${statuses.join(', ')})`, result.executions],
    ['offered again, dropped by n8n', result.dropped],
    ['messages with more than one execution', result.duplicates],
    ['of them without a kill that explains it', result.unexplained],
    ['messages whose executions were all cut off', result.cutOff],
    ['lost in a cut reply', result.lostInReply],
    ['lost', result.lostFromStore.length],
  ];
  console.log(`\n${tableOf(facts)}`);
}

/** How long replies were at risk, by the number of messages in them. */
export function reportWindow(timings: readonly Timing[], asJson: boolean): void {
  const sizes = [...new Set(timings.map(({ messages }) => messages))].sort((a, b) => a - b);
  const rows = sizes.map((messages) => {
    const values = timings.filter((one) => one.messages === messages).map(({ atRiskMs }) => atRiskMs);
    const at = (share: number): string => percentile(values, share).toFixed(2);
    return { messages, replies: values.length, median: at(0.5), p99: at(0.99), max: at(1) };
  });
  if (asJson) return rows.forEach((row) => console.log(JSON.stringify(row)));
  const head = ['messages in the reply', 'replies', 'median ms', 'p99 ms', 'max ms'];
  console.log(tableOf([head, ...rows.map((row) => Object.values(row))]));
}

export function lostFromStore(results: readonly StepResult[]): number {
  return results.reduce((sum, result) => sum + result.lostFromStore, 0);
}

/** Messages with more executions than the kills explain. */
export function unexplained(results: readonly StepResult[]): number {
  return results.reduce((sum, result) => sum + result.unexplained, 0);
}
