import type { MediaKind } from './types';

/** Bytes for people: `512 B`, `1.5 kB`, `20 MB`. */
export function formatSize(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB'];
  let value = bytes;
  let unit = 0;
  // 999.5 would round to 1000 of a unit, so it is 1 of the next.
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit > 0 && value < 9.95 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

/** Milliseconds as `m:ss`; a voice message is never shown shorter than a second. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** `14:05`, in the browser's time zone. */
export function formatTime(at: number): string {
  return new Date(at).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
}

/** `Saturday 22 November 2025`, in the browser's time zone. */
export function formatDay(at: number): string {
  return new Date(at).toLocaleDateString('en-GB', {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
  });
}

/** The part of an id that people can tell apart: `wx_ab12` of `wx_ab12@im.bot`. */
export function shortId(id: string): string {
  const at = id.lastIndexOf('@');
  return at > 0 ? id.slice(0, at) : id;
}

/**
 * What a phone would send a picked file as. Sound is a file: a voice message is SILK from the phone's own
 * recorder, so only `.silk` is taken for one.
 */
export function kindOf(file: { name: string; type: string }): MediaKind {
  if (/\.silk$/i.test(file.name)) return 'voice';
  if (file.type.startsWith('image/')) return 'image';
  return file.type.startsWith('video/') ? 'video' : 'file';
}

export interface Segment {
  text: string;
  href?: string;
}

const URL_IN_TEXT = /https?:\/\/[^\s<>"'，。！？；：、）】》」]+/g;

/** Cuts text into plain parts and http(s) links, as a phone makes links touchable. Joined, the parts are the text. */
export function linkify(text: string): Segment[] {
  const segments: Segment[] = [];
  let end = 0;
  for (const match of text.matchAll(URL_IN_TEXT)) {
    const href = match[0].replace(/[.,;:!?)\]}]+$/, '');
    if (!URL.canParse(href)) continue;
    if (match.index > end) segments.push({ text: text.slice(end, match.index) });
    segments.push({ text: href, href });
    end = match.index + href.length;
  }
  if (end < text.length) segments.push({ text: text.slice(end) });
  return segments;
}
