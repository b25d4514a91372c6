import type { Bot } from './bots';
import type { Batch } from './mailbox';
import type { World } from './world';

const COMMA = Buffer.from(',');

/** Several batches as one, which leaves in one answer. */
export function joined(batches: readonly Batch[]): Batch {
  const count = batches.reduce((sum, batch) => sum + batch.count, 0);
  const listeners = batches.flatMap(({ onGiven }) => onGiven ?? []);
  const given = listeners.length === 0 ? {} : { onGiven: () => listeners.forEach((tell) => tell()) };
  if (batches.every(({ json }) => typeof json === 'string')) {
    return { json: batches.map(({ json }) => json).join(','), count, ...given };
  }
  const pieces = batches.flatMap(({ json }, index) => [
    ...(index > 0 ? [COMMA] : []),
    Buffer.from(json as string),
  ]);
  return { json: Buffer.concat(pieces), count, ...given };
}

/**
 * Gives messages to the bot's polls, at once or, with `batchDelayMs`, together with what else comes until then. A delivery says
 * nothing about the window: only what the user writes opens it.
 */
export function deliver(world: World, bot: Bot, batch: Batch): void {
  const { batchDelayMs } = world.settingsFor({ bot_id: bot.id, user_id: bot.login.ilink_user_id });
  if (batchDelayMs === 0 && bot.late.length === 0) return bot.mailbox.put(batch);
  bot.late.push(batch);
  if (bot.late.length > 1) return;
  world.clock.in(batchDelayMs, () => bot.mailbox.put(joined(bot.late.splice(0))));
}

/** The same message `count` times in one batch; `{n}` in it is the number of each, from 0. */
export function repeated(json: string | Buffer, count: number): Batch {
  if (typeof json !== 'string' || count === 1)
    return joined(Array.from({ length: count }, () => ({ json, count: 1 })));
  if (!json.includes('{n}')) return { json: `${json},`.repeat(count).slice(0, -1), count };
  const numbered = Array.from({ length: count }, (_, index) => json.replaceAll('{n}', String(index)));
  return { json: numbered.join(','), count };
}
