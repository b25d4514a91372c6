import { randomBytes } from 'node:crypto';
import type { Bot } from './bots';
import { PersonError } from './errors';
import { randomText } from './ids';
import { encrypt, md5 } from './media-cipher';
import { wireQuote } from './quotes';
import type { Scope } from './setting-scopes';
import { newContextToken } from './tokens';
import {
  ItemType,
  type PersonMedia,
  type PersonMessage,
  type WireItem,
  type WireMedia,
  type WireMessage,
} from './types';
import type { World } from './world';

/** SILK, as WeChat records it: `encode_type` 6, 24 kHz, 16 bit. */
const VOICE_FORMAT = { encode_type: 6, bits_per_sample: 16, sample_rate: 24_000 };

const SESSION_SUFFIX = '#session';

/** A message ready for the wire, and where the CDN keeps its file. */
export interface Inbound {
  wire: WireMessage;
  mediaParam?: string;
}

/** A user's message by the wire's fields. Media are put on the CDN on the way. */
export function inboundMessage(world: World, bot: Bot, message: PersonMessage): Inbound {
  const now = world.clock.now();
  const seen = bot.conversation(message.user_id)?.seen ?? [];
  const { quoteEndFrom } = world.settingsFor(message);
  const ref_msg = message.quote && wireQuote(message.quote, seen, quoteEndFrom);
  const { items, mediaParam } = itemsOf(world, message);
  const item_list = items.map((item) => ({
    ...item,
    create_time_ms: now,
    msg_id: world.messageIds.next(),
    ...(ref_msg && { ref_msg }),
  }));
  const wire: WireMessage = {
    seq: bot.seq,
    message_id: world.messageIds.next(),
    from_user_id: message.user_id,
    to_user_id: bot.id,
    client_id: `phone:${now}-${randomText(6)}`,
    create_time_ms: now,
    session_id: `${message.user_id}${SESSION_SUFFIX}`,
    message_type: 1,
    message_state: 2,
    item_list,
    context_token: newContextToken(world, bot, message.user_id),
  };
  return { wire: { ...wire, ...message.overrides }, ...(mediaParam !== undefined && { mediaParam }) };
}

function itemsOf(world: World, message: PersonMessage): { items: WireItem[]; mediaParam?: string } {
  const { text, media } = message;
  const items: WireItem[] = [];
  if (text !== undefined && text !== '') items.push({ type: ItemType.text, text_item: { text } });
  if (!media && items.length === 0) throw new PersonError(400, 'A message needs a text or media');
  if (!media) return { items };
  const stored = putOnCdn(world, media, { bot_id: message.bot_id, user_id: message.user_id });
  return { items: [...items, mediaItem(media, stored)], mediaParam: stored.param };
}

function mediaItem(media: PersonMedia, { wireMedia, keyHex, storedSize }: Stored): WireItem {
  const { kind, bytes, name, playtime_ms, transcript } = media;
  if (kind === 'image') {
    // A key encoding that somebody asked for is to be read, so the simpler image_item.aeskey is then left out.
    const aeskey = media.key_encoding === undefined ? { aeskey: keyHex } : {};
    const image_item = { media: wireMedia, ...aeskey, mid_size: storedSize, hd_size: storedSize };
    return { type: ItemType.image, image_item };
  }
  if (kind === 'voice') {
    const spoken = transcript === undefined ? {} : { text: transcript };
    return {
      type: ItemType.voice,
      voice_item: { media: wireMedia, ...VOICE_FORMAT, playtime: playtime_ms ?? 1000, ...spoken },
    };
  }
  if (kind === 'file') {
    const file_item = {
      media: wireMedia,
      file_name: name ?? 'file',
      md5: md5(bytes),
      len: String(bytes.length),
    };
    return { type: ItemType.file, file_item };
  }
  const video_item = {
    media: wireMedia,
    video_size: storedSize,
    play_length: Math.round((playtime_ms ?? 1000) / 1000),
    video_md5: md5(bytes),
  };
  return { type: ItemType.video, video_item };
}

interface Stored {
  param: string;
  wireMedia: WireMedia;
  /** The key that the message names, in hex. */
  keyHex: string;
  storedSize: number;
}

function putOnCdn(world: World, media: PersonMedia, reader: Scope): Stored {
  const { kind, bytes, key_encoding = kind === 'image' ? 'raw' : 'hex', wrong_key } = media;
  if (key_encoding === 'none' && kind !== 'image') throw new PersonError(400, 'Only images come unencrypted');
  const key = randomBytes(16);
  const plain = key_encoding === 'none';
  const file = world.cdn.store({
    ciphertext: plain ? bytes : encrypt(bytes, key),
    ...(!plain && { key }),
    rawsize: bytes.length,
    md5: md5(bytes),
    reader,
  });
  const told = wrong_key ? randomBytes(16) : key;
  const aes_key = { raw: told.toString('base64'), hex: Buffer.from(told.toString('hex')).toString('base64') };
  const wireMedia: WireMedia = {
    ...whereFrom(world, file.param, reader),
    ...(key_encoding === 'none' ? { encrypt_type: 0 } : { aes_key: aes_key[key_encoding], encrypt_type: 1 }),
  };
  return { param: file.param, wireMedia, keyHex: told.toString('hex'), storedSize: file.ciphertext.length };
}

function whereFrom(world: World, param: string, reader: Scope): WireMedia {
  const { downloadStyle } = world.settingsFor(reader);
  return {
    ...(downloadStyle !== 'full_url' && { encrypt_query_param: param }),
    ...(downloadStyle !== 'param' && {
      full_url: `${world.urls.cdn}/download?encrypted_query_param=${encodeURIComponent(param)}`,
    }),
  };
}
