import { STALE_TOKEN, STALE_TOKEN_TEXT } from '../auth';
import { judgeCursor, newCursor } from '../tokens';
import { ABORTED, refuse, type Answer, type BotCall } from '../world';

/**
 * Long poll for the user's messages. A message goes out once: the cursor is checked and renewed, and brings nothing back.
 * Ends at once when messages wait, when the connection closes, and with -14 when the token ends meanwhile.
 */
export async function getUpdates(call: BotCall): Promise<Answer> {
  const { bot, world, settings } = call;
  const cursor = call.body['get_updates_buf'];
  if (cursor !== undefined && typeof cursor !== 'string') {
    return refuse(
      call,
      -2,
      'invalid get_updates_buf',
      'cursor_malformed',
      'get_updates_buf must be a string',
    );
  }
  if (cursor === undefined)
    call.note('warning', 'cursor_missing', 'get_updates_buf must be sent, "" at first');
  if (refusesCursor(call, cursor ?? '')) {
    return refuse(call, STALE_TOKEN, STALE_TOKEN_TEXT, 'stale_cursor', 'The cursor is stale: "" starts anew');
  }
  const end = await bot.mailbox.poll(call.connection, settings.holdMs, settings.messagesPerPoll);
  if (end === 'closed') return ABORTED;
  if (end === 'revoked') {
    return refuse(
      call,
      STALE_TOKEN,
      STALE_TOKEN_TEXT,
      'stale_token',
      'The token ended while the poll was held',
    );
  }
  return end === 'hold_over'
    ? emptyAnswer(call, cursor ?? '')
    : updates(call, end.messages, newCursor(world, bot));
}

function refusesCursor(call: BotCall, cursor: string): boolean {
  const verdict = judgeCursor(call.world, call.bot, cursor);
  if (verdict === 'unknown') {
    call.note('warning', 'unknown_cursor', 'get_updates_buf is nothing that this bot was ever given');
  }
  return verdict === 'stale' || (verdict === 'unknown' && call.settings.staleCursor === 'refuse');
}

function emptyAnswer(call: BotCall, cursor: string): Answer {
  return updates(call, [], call.settings.emptyPollCursor === 'same' ? cursor : '');
}

/** Written by hand, because the messages are JSON text already: what was injected goes out exactly as it is. */
function updates({ settings }: BotCall, messages: readonly string[], cursor: string): Answer {
  const { announceHold, holdMs } = settings;
  const hold = announceHold ? `,"longpolling_timeout_ms":${holdMs}` : '';
  return {
    status: 200,
    headers: { 'Content-Type': 'application/json' },
    body: `{"ret":0,"msgs":[${messages.join(',')}],"get_updates_buf":${JSON.stringify(cursor)}${hold}}`,
    outcome: `ok, ${messages.length} messages`,
  };
}
