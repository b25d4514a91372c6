import type { Access } from './access';
import { breathe } from './steps';

/** Rows that are read or written at once, which takes a few milliseconds. */
const PAGE = 200;

/**
 * Reads rows page by page, so that however many there are, nobody is held up.
 *
 * @param page reads at most so many rows after the one given, which is the last of the page before
 */
export async function pages<Row>(
  access: Access,
  limit: number,
  page: (after: Row | undefined, most: number) => Row[],
): Promise<Row[]> {
  const rows: Row[] = [];
  for (;;) {
    const most = Math.min(PAGE, limit - rows.length);
    const found = await access.read(() => page(rows.at(-1), most));
    for (const row of found) rows.push(row);
    if (found.length < most || rows.length >= limit) return rows;
    await breathe();
  }
}

/** Does something with a long list, part by part. */
export async function inPages<Item, Result>(
  items: readonly Item[],
  action: (part: Item[]) => Promise<Result>,
  size = PAGE,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let at = 0; at < items.length || at === 0; at += size) {
    if (at > 0) await breathe();
    results.push(await action(items.slice(at, at + size)));
  }
  return results;
}
