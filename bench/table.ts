/** One row of the report. `limit` says what was aimed at, when something was. */
export interface Row {
  what: string;
  value: number;
  unit: string;
  limit?: string;
  ok?: boolean;
}

/** Prints the rows as a table. */
export function report(rows: Row[]): void {
  const width = Math.max(...rows.map(({ what }) => what.length));
  for (const { what, value, unit, limit, ok } of rows) {
    const verdict = limit === undefined ? '' : `  ${ok ? 'ok' : 'MISSED'} (aim: ${limit})`;
    console.log(`${what.padEnd(width)}  ${format(value).padStart(10)} ${unit}${verdict}`);
  }
}

/**
 * The value below which the given share of the samples lies.
 *
 * @param share from 0 to 1
 */
export function percentile(samples: number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? NaN;
}

function format(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(2);
}
