import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import type { Stage } from '../../tools/stage';
import { readRows } from '../crash/read';
import type { Chat } from './people';
import type { Traffic } from './traffic';

/** What failed last waits for up to a minute, and a queue empties ten messages at a time. */
const DRAIN_LIMIT_MS = 600_000;
const LOOK_EVERY_MS = 5_000;

export type Workflows = Record<'answers' | 'notifies' | 'files' | 'logsIn' | 'toggles', string>;

/**
 * Until nothing waits for anything. Where nothing moves any more, those write whom something in the queue waits for.
 */
export async function drain(
  traffic: Traffic,
  look: () => ReturnType<typeof waiting>,
  chats: readonly Chat[],
): Promise<void> {
  const deadline = Date.now() + DRAIN_LIMIT_MS;
  let last = Infinity;
  for (let quiet = 0; quiet < 3 && Date.now() < deadline;) {
    const { left, people } = look();
    quiet = left === 0 ? quiet + 1 : 0;
    if (left >= last) {
      const waitedFor = chats.flatMap(({ user_id }, person) => (people.includes(user_id) ? [person] : []));
      for (const person of waitedFor) await traffic.write(person);
    }
    last = left;
    await wait(LOOK_EVERY_MS);
  }
}

/** Messages that wait for n8n, or to go out, and executions that have not ended; and for which people something waits to go out. */
export function waiting(
  { userFolder, emulator }: Stage,
  workflows: Workflows,
  chats: readonly Chat[],
): { left: number; people: string[] } {
  const folder = join(userFolder, '.n8n');
  const store = join(folder, 'wechat-ilink', 'wechat.sqlite');
  const count = (path: string, sql: string, ...values: string[]): number =>
    readRows<{ n: number }>(path, sql, ...values)[0]?.n ?? 0;
  const ids = JSON.stringify(Object.values(workflows));
  const pending = "SELECT count(*) AS n FROM deliveries WHERE subscriber LIKE ? || ':%'";
  const running = `SELECT count(*) AS n FROM execution_entity WHERE status IN ('new', 'running', 'waiting')
    AND workflowId IN (SELECT value FROM json_each(?))`;
  const users = JSON.stringify(chats.map(({ user_id }) => user_id));
  const outbox = readRows<{ userId: string }>(
    store,
    'SELECT user_id AS userId FROM outbox WHERE user_id IN (SELECT value FROM json_each(?))',
    users,
  );
  return {
    left:
      count(store, pending, workflows.answers) +
      outbox.length +
      count(join(folder, 'database.sqlite'), running, ids) +
      emulator.world.bots.get(chats[0]!.bot_id).mailbox.waiting,
    people: [...new Set(outbox.map(({ userId }) => userId))],
  };
}
