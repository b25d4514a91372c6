import type { Conversation } from '../bots';
import { echo } from '../echo';
import { mediaOf } from '../outbound-media';
import { contentOf, itemsVerdict, requiredFieldsVerdict, type Verdict } from '../send-checks';
import { bubbleOf, show } from '../shown';
import type { Settings } from '../settings';
import { isContextToken, isOlderContextToken } from '../tokens';
import { ItemType } from '../types';
import { penaltyEnd, sendsToRemember, windowVerdict } from '../window';
import { answer, errorAnswer, refuse, type Answer, type BotCall } from '../world';

type Fields = Record<string, unknown>;

const MEDIA_TYPES: ReadonlySet<unknown> = new Set([
  ItemType.image,
  ItemType.voice,
  ItemType.file,
  ItemType.video,
]);

/** A message id as the settings want it written. As it is, it leaves as a bare number. */
const ID_STYLES: Record<Settings['messageIdStyle'], (id: string) => unknown> = {
  number: (id) => id,
  // A String object: the writer of ids makes bare numbers of strings of digits only.
  text: (id) => new String(id),
  zero: () => 0,
  empty: () => '',
  null: () => null,
  object: () => ({}),
};

/**
 * Takes a message of the bot. The order of the checks matters: what is dropped for a missing field is dropped whatever else
 * is wrong, and a repeat of an accepted message succeeds even when the quota is used up meanwhile.
 */
export function sendMessage(call: BotCall): Answer {
  const { bot, settings, body } = call;
  const formVerdict =
    requiredFieldsVerdict(body) ?? contentVerdict(body['msg'] as Fields, settings.textLimitBytes);
  if (formVerdict) return fail(call, formVerdict);
  const msg = body['msg'] as Fields;
  const conversation =
    typeof msg['to_user_id'] === 'string' ? bot.conversation(msg['to_user_id']) : undefined;
  if (!conversation) {
    const detail = 'The bot knows no such user; ids are case-sensitive';
    return refuse(call, -3, 'invalid arguments', 'unknown_user', detail);
  }
  const earlier = bot.clientIds.get(String(msg['client_id']));
  if (earlier !== undefined) {
    call.note('dropped', 'client_id_reused', 'A message with this client_id was accepted before');
    return accepted(call, earlier, 'dropped');
  }
  return (
    tokenFailure(call, conversation, msg['context_token']) ??
    windowFailure(call, conversation) ??
    deliver(call, conversation, msg)
  );
}

function contentVerdict(msg: Fields, textLimitBytes: number): Verdict | undefined {
  const verdict = itemsVerdict(msg['item_list'], textLimitBytes);
  if (verdict) return verdict;
  const item = (msg['item_list'] as Fields[])[0] as Fields;
  if (!MEDIA_TYPES.has(item['type']) || mediaOf(contentOf(item) ?? {})) return undefined;
  const detail = 'media needs encrypt_query_param and aes_key';
  return { kind: 'refused', code: -2, errmsg: 'invalid media', reason: 'media_incomplete', detail };
}

function fail(call: BotCall, verdict: Verdict): Answer {
  if (verdict.kind === 'refused')
    return refuse(call, verdict.code, verdict.errmsg, verdict.reason, verdict.detail);
  call.note('dropped', verdict.reason, verdict.detail);
  return answer({}, 'dropped');
}

/** Without a context token it is [X] what happens, so a setting decides. A wrong one is a bad parameter. */
function tokenFailure(call: BotCall, conversation: Conversation, token: unknown): Answer | undefined {
  const { world, bot } = call;
  if (token === undefined || token === '') {
    const { withoutContextToken } = call.settings;
    if (withoutContextToken === 'deliver') return undefined;
    const detail = 'The message has no context_token';
    if (withoutContextToken === 'refuse') {
      return refuse(call, -2, 'context_token required', 'context_token_missing', detail);
    }
    call.note('dropped', 'context_token_missing', detail);
    return unconfirmed(call);
  }
  if (typeof token === 'string' && isContextToken(world, bot, conversation.user_id, token)) {
    return olderTokenFailure(call, conversation, token);
  }
  const detail = 'The context_token did not come with a message of this user to this bot';
  return refuse(call, -2, 'invalid context_token', 'unknown_context_token', detail);
}

/** Every token stays usable, and the newest is the one to use; nobody knows how long an older one works. */
function olderTokenFailure(call: BotCall, conversation: Conversation, token: string): Answer | undefined {
  if (!isOlderContextToken(call.world, call.bot, conversation, token)) return undefined;
  const detail = 'The bot has been given a newer context_token of this conversation';
  if (call.settings.olderContextToken === 'refuse') {
    return refuse(call, -2, 'invalid context_token', 'older_context_token', detail);
  }
  call.note('warning', 'older_context_token', detail);
  return undefined;
}

function windowFailure(call: BotCall, conversation: Conversation): Answer | undefined {
  const { settings } = call;
  const verdict = windowVerdict(conversation, call.world.clock.now(), settings);
  if (verdict === 'open') return undefined;
  if (verdict === 'throttled') return throttled(call, conversation);
  conversation.refusedInARow += 1;
  if (conversation.refusedInARow > 1) {
    const detail = `Refusal ${conversation.refusedInARow} in a row: repeats are useless and lengthen penalties`;
    call.note('warning', 'repeated_against_closed_window', detail);
  }
  return refuse(
    call,
    -2,
    settings.closedErrmsg,
    verdict,
    'The user has to write before the bot may send again',
  );
}

/** A throttle tells no more than that it refused. What is tried during its penalty makes it longer. */
function throttled(call: BotCall, conversation: Conversation): Answer {
  const { settings, world } = call;
  const now = world.clock.now();
  if (now < (conversation.throttledUntil ?? 0)) {
    call.note('warning', 'repeated_while_throttled', 'Tried again during the penalty, which is longer now');
  }
  const until = penaltyEnd(conversation, now, settings);
  if (until !== undefined) conversation.throttledUntil = until;
  call.note('refused', 'throttled', 'Too many messages in a short time');
  return errorAnswer(settings, settings.throttleRet, settings.throttleErrmsg);
}

function deliver(call: BotCall, conversation: Conversation, msg: Fields): Answer {
  const { world, bot, settings } = call;
  const message_id = world.messageIds.next();
  const now = world.clock.now();
  bot.clientIds.set(String(msg['client_id']), message_id);
  // Every part counts, also what the phone then does not show.
  conversation.sentSinceWrite += 1;
  const remembered = sendsToRemember(settings);
  conversation.recentSends = remembered > 0 ? [...conversation.recentSends, now].slice(-remembered) : [];
  if (settings.replyStyle === 'unconfirmed') {
    call.note('dropped', 'unconfirmed', 'replyStyle unconfirmed: accepted without an id, and not shown');
    return unconfirmed(call);
  }
  const bubble = bubbleOf(call, msg, message_id);
  echo(call, msg, message_id);
  if (bubble) show(world, bot, conversation, bubble);
  return accepted(call, message_id, bubble ? 'ok' : 'dropped');
}

function accepted({ settings }: BotCall, message_id: string, outcome: string): Answer {
  if (settings.replyStyle === 'message_id') {
    return answer({ ret: 0, message_id: ID_STYLES[settings.messageIdStyle](message_id) }, outcome);
  }
  return answer(settings.replyStyle === 'empty' ? {} : { ret: 0 }, outcome);
}

/** Accepted, never shown: `ret: 0` without an id, or `{}` from a server that always answers so. */
function unconfirmed({ settings }: BotCall): Answer {
  return answer(settings.replyStyle === 'empty' ? {} : { ret: 0 }, 'dropped');
}
