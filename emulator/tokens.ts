import type { Bot, Conversation } from './bots';
import type { World } from './world';

/** The opaque values that only the server can make: what they hold, and who may use them. */

const cursorOwner = (bot: Bot) => ['get_updates_buf', bot.id] as const;
const contextOwner = (bot: Bot, user_id: string) => ['context_token', bot.id, user_id] as const;
const ticketOwner = (bot: Bot, user_id: string) => ['typing_ticket', bot.id, user_id] as const;

/** A cursor for what the bot has been given so far. Always new text, as the real one changes too. */
export function newCursor(world: World, bot: Bot): string {
  bot.cursors += 1;
  return world.seals.seal(cursorOwner(bot), bot.cursors);
}

/** What a client's cursor is: none yet, one of this bot's, one that was made stale, or nothing the server ever said. */
export function judgeCursor(world: World, bot: Bot, cursor: string): 'none' | 'good' | 'stale' | 'unknown' {
  if (cursor === '') return 'none';
  const position = world.seals.open(cursorOwner(bot), cursor);
  if (position === undefined) return 'unknown';
  return position < bot.oldestCursor ? 'stale' : 'good';
}

/** Makes all cursors stale that were handed out so far. */
export function newCursorFloor(bot: Bot): void {
  bot.oldestCursor = bot.cursors + 1;
}

/** A context token comes with each message of the user; every one stays usable in its conversation. */
export function newContextToken(world: World, bot: Bot, user_id: string): string {
  return world.seals.seal(contextOwner(bot, user_id), bot.seq);
}

/** A send may be on its way while a newer token comes. */
const OLDER_TOKEN_GRACE_MS = 2000;

/** Whether the bot was given a newer token than this one, and has had time to use it. */
export function isOlderContextToken(
  world: World,
  bot: Bot,
  conversation: Conversation,
  token: string,
): boolean {
  const { user_id, newestToken } = conversation;
  const seq = world.seals.open(contextOwner(bot, user_id), token);
  if (seq === undefined || !newestToken || seq >= newestToken.seq) return false;
  return world.clock.now() - newestToken.givenAt >= OLDER_TOKEN_GRACE_MS;
}

/** Whether this token came with a message of this user to this bot. */
export function isContextToken(world: World, bot: Bot, user_id: string, token: string): boolean {
  return world.seals.open(contextOwner(bot, user_id), token) !== undefined;
}

export function newTypingTicket(world: World, bot: Bot, user_id: string): string {
  return world.seals.seal(ticketOwner(bot, user_id), world.clock.now());
}

/** Whether the ticket is this conversation's and not older than `ticketTtlMs`. */
export function isFreshTicket(world: World, bot: Bot, user_id: string, ticket: string): boolean {
  const { ticketTtlMs } = world.settingsFor({ bot_id: bot.id, user_id });
  const issuedAt = world.seals.open(ticketOwner(bot, user_id), ticket);
  return issuedAt !== undefined && world.clock.now() - issuedAt < ticketTtlMs;
}
