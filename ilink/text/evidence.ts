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

/** @param tokens of a whole text, with their children */
export function evidenceOf(tokens: readonly Token[]): Evidence {
  const found: FoundTag[] = [];
  const tokensOf: Token[] = [];
  const text = { entities: 0, isRaw: false };
  let cells = 0;
  for (const token of tokens) {
    if (token.type === 'table_open') cells += 1;
    if (token.type === 'table_close') cells -= 1;
    for (const child of childrenOf(token)) {
      if (child.type === 'html_inline') {
        found.push({ html: child.content, position: cells > 0 ? 'cell' : positionOf(child, token.content) });
        tokensOf.push(child);
      } else if (child.info === 'entity') text.entities += 1;
      else if (child.type === 'text') text.isRaw ||= /[<>&]/.test(child.content.replace(ADDRESS, ''));
    }
  }
  const proven = provenTags(found);
  // A text in which every sign that HTML needs is encoded was taken from HTML.
  const isEncoded = text.entities > 0 && !text.isRaw && found.length === 0;
  return {
    tags: new Set(tokensOf.filter((_, index) => proven.has(index))),
    entities: isEncoded || proven.size > 0,
  };
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
