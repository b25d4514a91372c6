/** Rows that are read at once, which holds up the thread for a few milliseconds. */
const PAGE = 1_000;

/**
 * Reads rows page by page, so that however many there are, nobody is held up.
 *
 * @param page reads at most so many rows after the one given, which is the last of the page before
 */
export async function pages<Row>(
  limit: number,
  page: (after: Row | undefined, most: number) => Promise<Row[]>,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (;;) {
    const most = Math.min(PAGE, limit - rows.length);
    const found = await page(rows.at(-1), most);
    for (const row of found) rows.push(row);
    if (found.length < most || rows.length >= limit) return rows;
  }
}
