import { parse } from 'content-disposition';

/** What common file systems take, in UTF-8 bytes. */
const MAX_NAME_BYTES = 240;

/**
 * A name as a recipient may see it: in any script, composed as phones and Windows write it, and nothing but a name. Folders,
 * control characters and those that turn the writing direction around are left out, and what is too long is shortened before
 * its extension.
 *
 * @returns an empty text when nothing of it is left
 */
export function cleanFileName(name: string): string {
  const last = name.split(/[/\\]/).pop()!;
  const clean = last
    .replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '')
    .normalize('NFC')
    .trim();
  return /^\.*$/.test(clean) ? '' : shorten(clean);
}

/** A name for a file that came without one. @param mimeType may be unknown */
export async function nameOfType(mimeType: string | undefined): Promise<string> {
  // Loaded when it is needed: it brings a table of all types.
  const { extension } = await import('mime-types');
  const known = mimeType ? extension(mimeType) : false;
  return known ? `file.${known}` : 'file';
}

/**
 * The name that a web server gives a file: in its Content-Disposition, also when it writes UTF-8 there without saying so, else
 * the end of the address if that looks like a file.
 *
 * @returns nothing when neither names one
 */
export function nameFromWeb(disposition: string, url: string): string | undefined {
  return nameInHeader(disposition) || nameInUrl(url) || undefined;
}

function nameInHeader(disposition: string): string {
  if (disposition === '') return '';
  const { parameters } = parse(disposition);
  const name = parameters.filename ?? '';
  return 'filename*' in parameters ? name : decodePercent(asUtf8(name));
}

/** Node reads headers as Latin-1. Where the bytes are valid UTF-8 beyond ASCII, they were meant as that. */
function asUtf8(name: string): string {
  if (!/^[\u0000-\u00ff]*$/.test(name)) return name;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(name, 'latin1'));
  } catch {
    return name;
  }
}

function nameInUrl(url: string): string {
  const last = decodePercent(new URL(url).pathname.split('/').pop()!);
  return /[^.]\.\w+$/.test(last) ? last : '';
}

function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function shorten(name: string): string {
  if (Buffer.byteLength(name) <= MAX_NAME_BYTES) return name;
  const end = /\.[^.\s]{1,16}$/.exec(name)?.[0] ?? '';
  let room = MAX_NAME_BYTES - Buffer.byteLength(end);
  let start = '';
  for (const { segment } of new Intl.Segmenter().segment(name.slice(0, name.length - end.length))) {
    room -= Buffer.byteLength(segment);
    if (room < 0) break;
    start += segment;
  }
  return start + end;
}
