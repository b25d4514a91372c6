import type { NamedLimit } from './verdict';

const BEFORE =
  /(?:limit|max(?:imum)?|at most|up to|more than|exceed(?:s|ed)?|larger than|longer than|over|[<≤])[^\d]{0,20}?/
    .source;
const LIMIT = new RegExp(`${BEFORE}(\\d[\\d,]{1,8})(?![\\d.])\\s*(bytes?|char(?:acter)?s?)?`, 'i');
/** Without its unit a number in there says nothing. */
const FILE_LIMIT = new RegExp(`${BEFORE}(\\d[\\d,]{0,11})\\s?(bytes?|[KMG]i?B?)\\b`, 'i');

/**
 * The limit of a text that a server names in its `errmsg`. A number of ours that it repeats is none.
 *
 * @param sent what was in the request
 */
export function namedTextLimit(said: string, sent: readonly string[]): NamedLimit | undefined {
  const [, digits, unit] = LIMIT.exec(said) ?? [];
  if (digits === undefined) return undefined;
  const bare = digits.replaceAll(',', '');
  if (sent.some((text) => text.replaceAll(',', '').includes(bare))) return undefined;
  return { amount: Number(bare), unit: /^char/i.test(unit ?? '') ? 'characters' : 'bytes' };
}

/** Fewer digits stand in any key by accident. */
const OURS_DIGITS = 5;

/**
 * The limit of a file that a server names, in `errmsg` or a header. A number of ours that it repeats is none.
 *
 * @param sent what was in the request
 */
export function namedFileLimit(said: string, sent: readonly string[] = []): NamedLimit | undefined {
  const [, digits, unit = ''] = FILE_LIMIT.exec(said) ?? [];
  if (digits === undefined) return undefined;
  const bare = digits.replaceAll(',', '');
  if (bare.length >= OURS_DIGITS && sent.some((text) => text.includes(bare))) return undefined;
  const isBytes = /^byte/i.test(unit);
  return {
    amount: Number(bare),
    unit: isBytes ? 'bytes' : (`${unit[0]!.toUpperCase()}B` as NamedLimit['unit']),
  };
}
