import { STALE_TOKEN, STALE_TOKEN_TEXT } from '../auth';
import { joined } from '../delivery';
import type { Batch, PollEnd } from '../mailbox';
import type { Settings } from '../settings';
import { judgeCursor, newCursor } from '../tokens';
import { ABORTED, refuse, type Answer, type BotCall } from '../world';

/**
 * Long poll for the user's messages. A message goes out once: the cursor is checked and renewed, and brings nothing back.
 * Ends at once when messages wait, when the connection closes, and with -14 when the token ends meanwhile.
 */
export async function getUpdates(call: BotCall): Promise<Answer> {
  const cursor = call.body['get_updates_buf'];
  if (cursor !== undefined && typeof cursor !== 'string') {
    const detail = 'get_updates_buf must be a string';
    return refuse(call, -2, 'invalid get_updates_buf', 'cursor_malformed', detail);
  }
  if (cursor === undefined)
    call.note('warning', 'cursor_missing', 'get_updates_buf must be sent, "" at first');
  if (refusesCursor(call, cursor ?? '')) {
    return refuse(call, STALE_TOKEN, STALE_TOKEN_TEXT, 'stale_cursor', 'The cursor is stale: "" starts anew');
  }
  return answerTo(call, cursor ?? '', await wait(call));
}

function refusesCursor(call: BotCall, cursor: string): boolean {
  const verdict = judgeCursor(call.world, call.bot, cursor);
  if (verdict === 'unknown') {
    call.note('warning', 'unknown_cursor', 'get_updates_buf is nothing that this bot was ever given');
  }
  return verdict === 'stale' || (verdict === 'unknown' && call.settings.staleCursor === 'refuse');
}

function wait(call: BotCall): Promise<PollEnd> {
  const { bot, connection, world, settings } = call;
  if (settings.repeatMessages && bot.given && bot.mailbox.waiting === 0) {
    return Promise.resolve({ messages: bot.given });
  }
  const { holdMs, messagesPerPoll: max, secondPoll: second } = settings;
  const who = { bot_id: bot.id, user_id: bot.login.ilink_user_id };
  // Asked when a message comes, so that a login can lapse while a poll is held.
  const takes = () => world.settingsFor(who).lapsed === 'no';
  const onSecond = () =>
    call.note('warning', 'second_poll', 'Two polls of one bot at once take messages from each other');
  return bot.mailbox.poll(connection, { holdMs, max, takes, second, onSecond });
}

function answerTo(call: BotCall, cursor: string, end: PollEnd): Answer {
  if (end === 'closed') return ABORTED;
  if (end === 'revoked') {
    const detail = 'The token ended while the poll was held';
    return refuse(call, STALE_TOKEN, STALE_TOKEN_TEXT, 'stale_token', detail);
  }
  if (end === 'hold_over' || end === 'replaced') return emptyAnswer(call, cursor);
  if (call.connection.dead) {
    call.note(
      'dropped',
      'lost_behind_gateway',
      'The poll was held here, and the gateway in front had given it up',
    );
  }
  call.bot.given = end.messages;
  return updates(call, joined(end.messages), cursorField(call, cursor, call.settings.cursorWithMessages));
}

/** A login that has lapsed looks healthy, but for what is missing [R]: no messages field, and no cursor or an empty one. */
function emptyAnswer(call: BotCall, cursor: string): Answer {
  const { lapsed } = call.world.settingsFor({ bot_id: call.bot.id, user_id: call.bot.login.ilink_user_id });
  if (lapsed === 'no') {
    return updates(call, { json: '', count: 0 }, cursorField(call, cursor, call.settings.emptyPollCursor));
  }
  const body = `{"ret":0${lapsed === 'empty' ? ',"get_updates_buf":""' : ''}}`;
  return { status: 200, headers: { 'Content-Type': 'application/json' }, body, outcome: 'lapsed' };
}

/** A healthy answer carries a cursor: the client's, or the first that it is given. */
function cursorField({ world, bot }: BotCall, cursor: string, style: Settings['emptyPollCursor']): string {
  if (style === 'absent') return '';
  const fresh = style === 'new' || (style === 'same' && cursor === '');
  const value = fresh ? newCursor(world, bot) : style === 'same' ? cursor : '';
  return `,"get_updates_buf":${JSON.stringify(value)}`;
}

/** Written by hand, because the messages are JSON text already: what was injected goes out exactly as it is. */
function updates({ settings }: BotCall, { json, count, onGiven }: Batch, cursor: string): Answer {
  const hold = settings.announceHold ? `,"longpolling_timeout_ms":${settings.holdMs}` : '';
  const [before, after] = ['{"ret":0,"msgs":[', `]${cursor}${hold}}`];
  const body =
    typeof json === 'string'
      ? `${before}${json}${after}`
      : Buffer.concat([Buffer.from(before), json, Buffer.from(after)]);
  return {
    status: 200,
    headers: { 'Content-Type': 'application/json' },
    body,
    outcome: `ok, ${count} messages`,
    ...(onGiven && { onGiven }),
  };
}
