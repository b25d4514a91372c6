import { excessOf, fairShare } from '../shares';
import type { Pruned, Retention } from '../store';
import type { Access } from './access';
import { FEW, Walk } from './walk';

/** About a hundred bytes each. */
const MOST_SEEN = 1_000_000;
/** Pages of the file that are given back at once. */
const FEW_PAGES = 32;

/** Deletes what is old or too much, and gives the room back. */
export async function prune(access: Access, limits: Retention): Promise<Pruned> {
  const pruning = new Pruning(access, limits);
  await pruning.run();
  return pruning.pruned;
}

/** Gives the pages back that nothing lies on any more. */
async function giveRoomBack(access: Access, walk: Walk): Promise<void> {
  const { database } = access;
  const free = (): number =>
    database.get<{ freelist_count: number }>('PRAGMA freelist_count')!.freelist_count;
  for (let left = await walk.read(free); left > 0;) {
    await walk.write(() => database.exec(`PRAGMA incremental_vacuum(${FEW_PAGES})`));
    const before = left;
    left = await walk.read(free);
    // A file that was made without the means for it keeps its pages.
    if (left >= before) return;
  }
}

/** A row of deliveries that waits for one subscriber, or of messages that wait for the first one. */
interface Row {
  table: 'deliveries' | 'unclaimed';
  column: 'subscriber' | 'bot';
  value: string;
  bot: string;
  count: number;
}

class Pruning {
  readonly pruned: Pruned = { messages: 0, waiting: 0 };
  private readonly walk: Walk;

  constructor(
    private readonly access: Access,
    private readonly limits: Retention,
  ) {
    this.walk = new Walk(access);
  }

  async run(): Promise<void> {
    await this.oldMessages();
    await this.tooManyWaiting();
    for (const bot of await this.walk.distinct('messages', 'bot')) await this.tooManyMessages(bot);
    await this.sent();
    await this.seen();
    await this.notes();
    await giveRoomBack(this.access, this.walk);
  }

  private async oldMessages(): Promise<void> {
    const { database } = this.access;
    const old = `seq IN (SELECT seq FROM messages WHERE received_at < ? ORDER BY received_at, seq LIMIT ${FEW})`;
    const { before } = this.limits;
    this.pruned.messages += await this.walk.deleteAll(() => {
      for (const table of ['deliveries', 'unclaimed']) {
        this.pruned.waiting += database.run(`DELETE FROM ${table} WHERE ${old}`, before).changes;
      }
      return database.run(`DELETE FROM messages WHERE ${old}`, before).changes;
    });
  }

  /** Over all bots, and then within each over those who wait: the oldest of those that have the most. */
  private async tooManyWaiting(): Promise<void> {
    const rows = await this.waitingRows();
    for (const { row, by } of excessOf(rows, this.limits.waiting)) await this.shorten(row, by);
  }

  private async waitingRows(): Promise<Row[]> {
    const { walk } = this;
    const { database } = this.access;
    const rows: Row[] = [];
    const botOf = (value: string): string | undefined =>
      database.get<{ bot: string }>('SELECT bot FROM subscriptions WHERE subscriber = ?', value)?.bot;
    for (const value of await walk.distinct('deliveries', 'subscriber')) {
      const count = await walk.count('deliveries', 'subscriber', 'seq', value);
      const bot = (await walk.read(() => botOf(value))) ?? value;
      rows.push({ table: 'deliveries', column: 'subscriber', value, bot, count });
    }
    for (const bot of await walk.distinct('unclaimed', 'bot')) {
      const count = await walk.count('unclaimed', 'bot', 'seq', bot);
      rows.push({ table: 'unclaimed', column: 'bot', value: bot, bot, count });
    }
    return rows;
  }

  private async shorten({ table, column, value }: Row, by: number): Promise<void> {
    const sql = `DELETE FROM ${table} WHERE ${column} = ? AND seq IN (
      SELECT seq FROM ${table} WHERE ${column} = ? ORDER BY seq LIMIT ?)`;
    for (let left = by; left > 0; left -= FEW) {
      const few = Math.min(FEW, left);
      this.pruned.waiting += await this.walk.write(
        () => this.access.database.run(sql, value, value, few).changes,
      );
    }
  }

  /** Those that somebody waits for stay. */
  private async tooManyMessages(bot: string): Promise<void> {
    const { database } = this.access;
    const last = await this.walk.numberBelow('messages', 'seq', bot, this.limits.messages);
    if (last === undefined) return;
    const page = `SELECT seq FROM messages WHERE bot = ? AND seq > ? AND seq <= ? ORDER BY seq LIMIT ${FEW}`;
    const waits = 'SELECT 1 FROM deliveries WHERE seq = ? UNION ALL SELECT 1 FROM unclaimed WHERE seq = ?';
    for (let at = 0; at < last;) {
      const from = at;
      const end = await this.walk.write(() => {
        const numbers = database.all<{ seq: number }>(page, bot, from, last).map(({ seq }) => seq);
        for (const seq of numbers.filter((seq) => !database.get(waits, seq, seq))) {
          this.pruned.messages += database.run('DELETE FROM messages WHERE seq = ?', seq).changes;
        }
        return numbers.at(-1);
      });
      at = end ?? last;
    }
  }

  /** What was sent is kept as long as what came in, and as many of it. */
  private async sent(): Promise<void> {
    const { database } = this.access;
    const { before, messages } = this.limits;
    const old = `DELETE FROM sent_messages WHERE number IN (
      SELECT number FROM sent_messages WHERE sent_at < ? ORDER BY sent_at LIMIT ${FEW})`;
    await this.walk.deleteAll(() => database.run(old, before).changes);
    const tooMany = `DELETE FROM sent_messages WHERE number IN (
      SELECT number FROM sent_messages WHERE bot = ? AND number <= ? ORDER BY number LIMIT ${FEW})`;
    for (const bot of await this.walk.distinct('sent_messages', 'bot')) {
      const last = await this.walk.numberBelow('sent_messages', 'number', bot, messages);
      if (last !== undefined) await this.walk.deleteAll(() => database.run(tooMany, bot, last).changes);
    }
  }

  private async seen(): Promise<void> {
    const { database } = this.access;
    const oldest = (where: string): string => `DELETE FROM seen WHERE bot = ? AND key IN (
      SELECT key FROM seen WHERE bot = ? ${where} ORDER BY seen_at LIMIT ?)`;
    const counts = new Map<string, number>();
    for (const bot of await this.walk.distinct('seen', 'bot')) {
      const old = oldest('AND seen_at < ?');
      await this.walk.deleteAll(() => database.run(old, bot, bot, this.limits.before, FEW).changes);
      counts.set(bot, await this.walk.count('seen', 'bot', 'key', bot));
    }
    const share = fairShare([...counts.values()], this.limits.seen ?? MOST_SEEN);
    for (const [bot, count] of counts) {
      for (let left = count - share; left > 0; left -= FEW) {
        const few = Math.min(FEW, left);
        await this.walk.write(() => database.run(oldest(''), bot, bot, few));
      }
    }
  }

  private async notes(): Promise<void> {
    const { database } = this.access;
    const { before } = this.limits;
    await this.walk.deleteAmong('unfinished', 'send', 'at < ?', before);
    const unreadable = `DELETE FROM unreadable WHERE number IN (
      SELECT number FROM unreadable WHERE last_at < ? ORDER BY last_at LIMIT ${FEW})`;
    await this.walk.deleteAll(() => database.run(unreadable, before).changes);
    const pacing = `DELETE FROM pacing WHERE (bot, user_id) IN (
      SELECT bot, user_id FROM pacing WHERE next_send_at < ? ORDER BY next_send_at LIMIT ${FEW})`;
    await this.walk.deleteAll(() => database.run(pacing, before).changes);
    await this.walk.write(() => database.run('DELETE FROM owners WHERE alive_until < ?', before));
  }
}
