import { byId, setText } from './dom';
import type { OutgoingQuote, SeenMessage } from './types';

const bar = byId('quote');
const shownText = byId('quote-text');

/** What the next text quotes. */
let quote: OutgoingQuote | undefined;

/** The next text quotes this message; if a part of its text is marked, that part. */
export function quoteMessage(message: SeenMessage, bubble: Node): void {
  const part = markedIn(bubble);
  quote = { svr_id: message.message_id, ...(part && { part }) };
  setText(shownText, part ?? message.text ?? message.media?.name ?? message.type);
  bar.hidden = false;
  byId('text').focus();
}

export function dropQuote(): void {
  quote = undefined;
  bar.hidden = true;
}

/** What the text that is sent now quotes; nothing as a rule. */
export function chosenQuote(): OutgoingQuote | undefined {
  return quote;
}

export function setUpQuoting(): void {
  byId('quote-drop').addEventListener('click', dropQuote);
}

function markedIn(bubble: Node): string | undefined {
  const selection = document.getSelection();
  const text = selection?.toString().trim() ?? '';
  const isHere =
    selection?.anchorNode && bubble.contains(selection.anchorNode) && bubble.contains(selection.focusNode);
  return isHere && text !== '' ? text : undefined;
}
