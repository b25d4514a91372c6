import { type FoundTag, provenTags } from './html-proof';
import type { Token } from './tokens';

/** What a text as a whole says about the signs in it. */
export interface Evidence {
  /** The tags, comments and the like that are HTML. All others are text. */
  tags: ReadonlySet<Token>;
  /** Whether entities are to be decoded: all of them, or none. */
  entities: boolean;
}

/** Nothing is HTML. */
export const NO_EVIDENCE: Evidence = { tags: new Set(), entities: false };

const ADDRESS = /https?:\/\/\S+/g;

/** Nobody writes so many tags for a reader. The text stays as it is. */
const MAX_TAGS = 10_000;
const TOKENS_PER_STEP = 500;

/**
 * In steps of a few milliseconds.
 *
 * @param tokens of a whole text, with their children
 */
export function* evidenceSteps(tokens: Iterable<Token>): Generator<void, Evidence> {
  const signs: Signs = { found: [], tokens: [], entities: 0, isRaw: false };
  let [cells, count] = [0, 0];
  for (const token of tokens) {
    if (token.type === 'table_open') cells += 1;
    if (token.type === 'table_close') cells -= 1;
    for (const child of childrenOf(token)) {
      note(signs, child, cells > 0 ? 'cell' : undefined, token.content);
      if ((count += 1) % TOKENS_PER_STEP === 0) yield;
    }
  }
  const { found, entities, isRaw } = signs;
  if (found.length > MAX_TAGS) return NO_EVIDENCE;
  const proven = provenTags(found);
  // A text in which every sign that HTML needs is encoded was taken from HTML.
  const isEncoded = entities > 0 && !isRaw && found.length === 0;
  return {
    tags: new Set(signs.tokens.filter((_, index) => proven.has(index))),
    entities: isEncoded || proven.size > 0,
  };
}

interface Signs {
  found: FoundTag[];
  tokens: Token[];
  entities: number;
  /** Whether a sign that HTML would encode stands there as it is. */
  isRaw: boolean;
}

function note(signs: Signs, token: Token, place: 'cell' | undefined, content: string): void {
  if (token.type === 'html_inline') {
    signs.found.push({ html: token.content, position: place ?? positionOf(token, content) });
    signs.tokens.push(token);
  } else if (token.info === 'entity') signs.entities += 1;
  else if (token.type === 'text') signs.isRaw ||= /[<>&]/.test(token.content.replace(ADDRESS, ''));
}

/** The parts of a text, with what a picture has for its description. */
function* childrenOf(token: Token): Iterable<Token> {
  for (const child of token.children ?? []) {
    yield child;
    if (child.type === 'image') yield* childrenOf(child);
  }
}

function positionOf({ meta }: Token, content: string): FoundTag['position'] {
  const [from, to] = (meta ?? [0, 0]) as [number, number];
  const before = content.slice(0, from).at(-1) ?? '\n';
  const after = content[to] ?? '\n';
  const isLine = before === '\n' && after === '\n' && to - from < content.length;
  if (isLine || (after === '\n' && /[^\s:：]/.test(before))) return 'line-end';
  return /\s/.test(before) || /\s/.test(after) ? 'alone' : 'between-words';
}
