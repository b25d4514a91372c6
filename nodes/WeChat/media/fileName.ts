import type * as ContentDisposition from 'content-disposition';

import { decodeName } from './decodedName';

/** What common file systems take, in UTF-8 bytes. */
const MAX_NAME_BYTES = 240;

/** Names of devices on Windows, which no file can have there, with any extension. */
const DEVICE = /^(?:con|prn|aux|nul|conin\$|conout\$|com[\d¹²³]|lpt[\d¹²³])[ ]*(?:\.|$)/i;
/** What Windows and its shares refuse in a name, and the private signs that a Mac puts in their place on a share. */
const REFUSED = /[<>:"|?*\uf001-\uf029\ufffd]/g;
/** Control characters, and what nobody sees: marks of width and direction, separators of lines, tags, fillers. */
const INVISIBLE =
  /[\p{Cc}\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\u{1d173}-\u{1d17a}\u{e0000}-\u{e007f}]/gu;
/** A joiner belongs to what it joins: parts of an emoji, and letters of scripts that are written together. Elsewhere it only hides. */
const STRAY_JOINER =
  /(?<![\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f])(?<![\p{Script=Arabic}\p{Script=Syriac}\p{Script=Mongolian}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gurmukhi}\p{Script=Gujarati}\p{Script=Oriya}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Sinhala}\p{Script=Khmer}\p{Script=Myanmar}])[\u200c\u200d]+|[\u200c\u200d]+(?![\p{L}\p{M}\p{Extended_Pictographic}])/gu;
/** A selector says how the sign before it looks: an emoji, or a Chinese character. Elsewhere it only hides. */
const STRAY_SELECTOR = /(?<!\p{Emoji})[\ufe0e\ufe0f]+|(?<!\p{Script=Han})[\u{e0100}-\u{e01ef}]+/gu;
/** Braille without a point looks like a space, and is not trimmed as one. */
const BRAILLE_BLANK = /\u2800/g;

/**
 * A name under which a file can lie on any system (Windows, a Mac, a NAS) and be seen for what it is: in any script, composed as phones
 * and Windows write it, and nothing but a name. Encodings are read; folders, control characters and those that nobody sees are
 * left out; signs that Windows refuses become `_`, which also goes before the name of a device; what is too long is
 * shortened before its extension.
 *
 * Every name passes here once, on its way to WeChat and on its way into n8n.
 *
 * @returns an empty text when nothing of it is left
 */
export function cleanFileName(name: string): string {
  const last = decodeName(name).split(/[/\\]/).pop()!;
  const visible = last
    .toWellFormed()
    .replace(BRAILLE_BLANK, ' ')
    .replace(INVISIBLE, '')
    .normalize('NFC')
    .replace(STRAY_SELECTOR, '')
    .replace(STRAY_JOINER, '');
  const clean = trimmed(visible.replace(REFUSED, '_'));
  if (/^[._ ]*$/.test(clean)) return '';
  return trimmed(shorten(DEVICE.test(clean) ? `_${clean}` : clean));
}

/** Windows takes no dots and spaces at the end, and people see no spaces at the beginning. */
function trimmed(name: string): string {
  return name.replace(/^\s+|[.\s]+$/gu, '');
}

/**
 * The name that a web server gives a file: in its Content-Disposition, else the end of the address, as n8n's own HTTP Request node has
 * it. Not decoded and not cleaned.
 *
 * @param url the address that was asked
 * @returns nothing when neither names one
 */
export function nameFromWeb(disposition: string, url: string): string | undefined {
  return nameInHeader(disposition) || new URL(url).pathname.split('/').pop() || undefined;
}

function nameInHeader(disposition: string): string {
  if (disposition === '') return '';
  const { parse } = require('content-disposition') as typeof ContentDisposition;
  return parse(disposition).parameters.filename ?? '';
}

function shorten(name: string): string {
  if (Buffer.byteLength(name) <= MAX_NAME_BYTES) return name;
  const end = /\.[^.\s]{1,16}$/.exec(name)?.[0] ?? '';
  const room = MAX_NAME_BYTES - Buffer.byteLength(end);
  const stem = name.slice(0, name.length - end.length);
  const signs = Array.from(new Intl.Segmenter().segment(stem), ({ segment }) => segment);
  // A sign can have more marks than there is room for.
  return (fitting(signs, room) || fitting([...stem], room)) + end;
}

/** As many of them as fit. */
function fitting(parts: string[], roomBytes: number): string {
  let room = roomBytes;
  const end = parts.findIndex((part) => (room -= Buffer.byteLength(part)) < 0);
  return parts.slice(0, end < 0 ? parts.length : end).join('');
}
