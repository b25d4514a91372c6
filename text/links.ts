import type { InlineRule, InlineState } from './tokens';

/** `https:`, `mailto:`, `data:` and the like; one letter and a colon is a drive of Windows. */
const SCHEME = /^[a-z][a-z0-9+.-]+:/i;
const CODE_BEFORE = /[\w)\]]$/;

/** A link whose address is one. `handlers[name](event)` and `[](){}` are code. */
export function link(rule: InlineRule): InlineRule {
  return (state, silent) =>
    state.src[state.pos] === '[' && isLink(state, state.pos, true) && rule(state, silent);
}

/** As {@link link}. */
export function image(rule: InlineRule): InlineRule {
  return (state, silent) =>
    state.src.startsWith('![', state.pos) && isLink(state, state.pos + 1, false) && rule(state, silent);
}

function isLink(state: InlineState, start: number, disableNested: boolean): boolean {
  const { parseLinkDestination, parseLinkLabel } = state.md.helpers;
  const labelEnd = parseLinkLabel(state, start, disableNested);
  if (labelEnd < 0 || state.src[labelEnd + 1] !== '(') return false;
  let from = labelEnd + 2;
  while (/\s/.test(state.src[from] ?? '')) from += 1;
  const { ok, str } = parseLinkDestination(state.src, from, state.posMax);
  if (!ok || str === '') return false;
  if (SCHEME.test(str)) return true;
  return !CODE_BEFORE.test(state.src.slice(0, start)) && isPath(str, state.src.slice(start + 1, labelEnd));
}

/** A path or the name of a site or file, for a text that says something. */
function isPath(target: string, label: string): boolean {
  return /^[#?]|[/.]/.test(target) && /[\p{L}\p{N}\p{S}]|!\[/u.test(label);
}

type ParseLinkDestination = InlineState['md']['helpers']['parseLinkDestination'];

/** An address as it is in the source: backslashes stay, other than those that hold a bracket back. */
export function destination(parse: ParseLinkDestination): ParseLinkDestination {
  return (text, start, max) => {
    const found = parse(text, start, max);
    if (!found.ok) return found;
    const isBracketed = text[start] === '<';
    const source = text.slice(start + (isBracketed ? 1 : 0), found.pos - (isBracketed ? 1 : 0));
    return { ...found, str: source.replace(/\\([()<>])/g, '$1') };
  };
}
