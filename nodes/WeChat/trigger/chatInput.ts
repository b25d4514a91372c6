import { PHRASES, type ChatLanguage, type ChatPart, type ChatQuote, type Phrases } from '../texts';

/**
 * What a language model gets of a message: the quote, the text as it was written, and in words what else came. Never empty: a model
 * that is asked nothing fails. A text without anything else stays exactly what it is.
 */
export function chatInputOf(parts: ChatPart[], quote: ChatQuote | undefined, language: ChatLanguage): string {
  const phrases = PHRASES[language];
  const said = parts.map((part) => describe(part, phrases)).filter((line) => line !== '');
  const lines = said.some((line) => line.trim() !== '') ? said : [phrases.empty];
  return [
    ...(quote ? [quoteLine(quote, phrases)] : []),
    ...(parts.length > 0 ? lines : [unknownLine(phrases)]),
  ].join('\n');
}

/** Words that were said or written are enough; a file is there beside what is written about it. */
function describe(part: ChatPart, { thing, came }: Phrases): string {
  if (part.kind === 'text' || (part.kind === 'voice' && part.text.trim() !== '')) return part.text;
  return [part.text, came(thing(part))].filter((line) => line.trim() !== '').join('\n');
}

function unknownLine({ thing, came }: Phrases): string {
  return came(thing({ kind: 'unknown', text: '' }));
}

function quoteLine({ parts, from }: ChatQuote, phrases: Phrases): string {
  const things = parts.map((part) =>
    part.text.trim() === '' ? phrases.thing(part) : phrases.text(part.text),
  );
  return phrases.quoted(from, things.length > 0 ? things.join(', ') : phrases.notKnown);
}
