import { deliver } from './delivery';
import { toWireJson } from './ids';
import type { BotCall } from './world';

/**
 * Sends the bot its own message back, as some servers do [X]: as a message of a bot (`message_type` 2), under the `client_id` that the
 * bot used, or both. It is nothing that the user wrote, so it opens no window.
 */
export function echo(call: BotCall, msg: Record<string, unknown>, message_id: string): void {
  const { bot, world, settings } = call;
  if (settings.echo === 'off') return;
  const asBot = settings.echo !== 'client_id';
  const user_id = String(msg['to_user_id']);
  const now = world.clock.now();
  bot.seq += 1;
  const json = toWireJson({
    seq: bot.seq,
    message_id,
    from_user_id: asBot ? bot.id : user_id,
    to_user_id: asBot ? user_id : bot.id,
    client_id: settings.echo === 'message_type' ? `server:${now}-${bot.seq}` : msg['client_id'],
    create_time_ms: now,
    message_type: asBot ? 2 : 1,
    message_state: 2,
    item_list: msg['item_list'],
    context_token: msg['context_token'],
  });
  deliver(world, bot, { json, count: 1 });
}
