import type { Bot } from './bots';
import { deliver } from './delivery';
import { toWireJson } from './ids';
import type { Settings } from './settings';
import { newContextToken } from './tokens';
import type { WireMessage } from './types';
import type { World } from './world';

export type DuplicateStyle = Settings['duplicateStyle'];

/**
 * Delivers a message of the user once more, as the real server does 1–11 s or 30–50 min later [C]: unchanged, under a new id, under
 * a new id with a new context token, or without an id. The user has not written again, so no window opens and no quota comes back.
 */
export function deliverAgain(world: World, bot: Bot, message: WireMessage, style: DuplicateStyle): void {
  const { message_id: _id, ...rest } = message;
  const fresh = style === 'new_id' || style === 'new_id_and_token';
  const again = {
    ...(style === 'same' ? message : rest),
    ...(fresh && { message_id: world.messageIds.next() }),
    ...(style === 'new_id_and_token' && { context_token: newContextToken(world, bot, message.from_user_id) }),
  };
  deliver(world, bot, { json: toWireJson(again), count: 1 });
}

/** Plans the duplicate of a message that was just written, when the settings ask for one. */
export function planDuplicate(world: World, bot: Bot, message: WireMessage, settings: Settings): void {
  if (settings.duplicateAfterMs === 0) return;
  world.clock.in(settings.duplicateAfterMs, () => deliverAgain(world, bot, message, settings.duplicateStyle));
}
