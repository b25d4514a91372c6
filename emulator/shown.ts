import type { Bot, Conversation } from './bots';
import type { StoredFile } from './cdn-store';
import { decrypt } from './media-cipher';
import { brokenBecause, mediaOf } from './outbound-media';
import { contentOf } from './send-checks';
import { ItemType, type MediaKind, type SeenMedia, type SeenMessage } from './types';
import type { BotCall, World } from './world';

type Fields = Record<string, unknown>;

const SHOWN_MEDIA: Record<number, MediaKind> = {
  [ItemType.image]: 'image',
  [ItemType.file]: 'file',
  [ItemType.video]: 'video',
};

/** Adds a bubble to the phone and tells whoever watches. */
export function show(world: World, bot: Bot, conversation: Conversation, bubble: SeenMessage): void {
  conversation.seen.push(bubble);
  const index = conversation.seen.length - 1;
  world.events.emit('message', { bot_id: bot.id, user_id: conversation.user_id, index });
}

/** A file as the phone has it. The plaintext is made when somebody asks, so that only the ciphertext is kept. */
export function seenMedia(
  world: World,
  param: string,
  about: Pick<SeenMedia, 'kind'> & Partial<SeenMedia>,
): SeenMedia {
  const facts = world.cdn.file(param);
  return {
    size: facts?.rawsize ?? 0,
    md5: facts?.md5 ?? '',
    bytes: () => {
      if (about.broken !== undefined) throw new Error(`The phone cannot open this file: ${about.broken}`);
      return plaintext(world.cdn.file(param));
    },
    ...about,
  };
}

function plaintext(file: StoredFile | undefined): Buffer {
  if (!file) throw new Error('The file is no longer on the CDN');
  return file.key ? decrypt(file.ciphertext, file.key) : file.ciphertext;
}

/** What the phone shows of an accepted message; undefined, with a note, for what it never shows. */
export function bubbleOf(call: BotCall, msg: Fields, message_id: string): SeenMessage | undefined {
  const item = (msg['item_list'] as Fields[])[0] as Fields;
  const content = contentOf(item) ?? {};
  const base = {
    from: 'bot' as const,
    message_id,
    client_id: String(msg['client_id']),
    at: call.world.clock.now(),
    wire: msg,
  };
  const type = Number(item['type']);
  if (type === ItemType.text)
    return { ...base, type: 'text', text: shownText(call, String(content['text'])) };
  const kind = SHOWN_MEDIA[type];
  if (kind) return { ...base, type: kind, media: botMedia(call, kind, content, String(msg['to_user_id'])) };
  if (type === ItemType.voice)
    call.note('dropped', 'voice_not_shown', 'A voice message of a bot is never shown: send a file');
  else
    call.note(
      'dropped',
      'tool_progress_not_shown',
      'Tool progress is no message of the chat, and uses up quota',
    );
  return undefined;
}

function shownText({ settings }: BotCall, text: string): string {
  const limit = settings.textCutChars;
  return limit > 0 ? [...text].slice(0, limit).join('') : text;
}

function botMedia(call: BotCall, kind: MediaKind, content: Fields, to_user_id: string): SeenMedia {
  const param = mediaOf(content)?.encrypt_query_param ?? '';
  const problem = brokenBecause(kind, content, call.world.cdn.file(param), {
    bot_id: call.bot.id,
    to_user_id,
  });
  if (problem) call.note('broken', problem.reason, problem.detail);
  const name = content['file_name'];
  return seenMedia(call.world, param, {
    kind,
    ...(typeof name === 'string' && { name }),
    ...(problem && { broken: problem.reason }),
  });
}
