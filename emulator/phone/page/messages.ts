import { byId, el } from './dom';
import { formatDay, formatTime, linkify } from './format';
import { renderMedia } from './media';
import { dropQuote, quoteMessage } from './quoting';
import type { SeenMessage } from './types';

const log = byId('log');
const list = byId('messages', HTMLOListElement);
const typing = byId('typing');
const toEnd = byId('to-end', HTMLButtonElement);

/** How far from the end, in pixels, somebody still counts as reading the newest message. */
const AT_END_PX = 80;

const shown = new Map<string, HTMLLIElement>();

// An emulator that was restarted counts from 0 again, perhaps with the same ids: only the time tells them apart.
const keyOf = (message: SeenMessage) => `${message.index} ${message.message_id} ${message.at}`;

export function messageCount(): number {
  return shown.size;
}

export function shownKeys(): string[] {
  return [...shown.keys()];
}

/** Adds a message at the place that its index gives it; one that is already there is left alone. */
export function showMessage(message: SeenMessage): void {
  if (shown.has(keyOf(message))) return;
  const wasAtEnd = isAtEnd();
  const item = renderMessage(message);
  shown.set(keyOf(message), item);
  list.insertBefore(item, firstAfter(message.index));
  markDay(item);
  markDay(item.nextElementSibling);
  if (wasAtEnd || message.from === 'user') scrollToEnd();
  else toEnd.hidden = false;
}

/** Makes the list equal to `messages`, but leaves alone what came in since `before` (its keys) was taken. */
export function replaceMessages(messages: SeenMessage[], before: string[]): void {
  const kept = new Set(messages.map(keyOf));
  for (const key of before) {
    if (!kept.has(key)) removeMessage(key);
  }
  for (const message of messages) showMessage(message);
}

export function clearMessages(): void {
  for (const key of shownKeys()) removeMessage(key);
  setTyping(false);
  dropQuote();
  scrollToEnd();
}

export function setTyping(on: boolean): void {
  typing.hidden = !on;
}

function removeMessage(key: string): void {
  const item = shown.get(key);
  const next = item?.nextElementSibling ?? null;
  item?.remove();
  shown.delete(key);
  markDay(next);
}

function firstAfter(index: number): Element | null {
  // Messages nearly always arrive in order: looking from the end finds the place at once.
  let after: Element | null = null;
  for (let item = list.lastElementChild; item !== null; item = item.previousElementSibling) {
    if (Number((item as HTMLElement).dataset.index) <= index) break;
    after = item;
  }
  return after;
}

function renderMessage(message: SeenMessage): HTMLLIElement {
  const bubble = el('div', { class: 'bubble' }, el('span', { class: 'visually-hidden' }, speaker(message)));
  if (message.media !== undefined) bubble.append(renderMedia(message, message.media));
  // A voice message's text is its transcript, which renderMedia shows.
  if (message.text !== undefined && message.media?.kind !== 'voice') bubble.append(renderText(message.text));
  const time = el('time', { datetime: new Date(message.at).toISOString() }, formatTime(message.at));
  return el(
    'li',
    {
      'data-testid': 'message',
      'data-index': message.index,
      'data-from': message.from,
      'data-type': message.type,
      'data-message-id': message.message_id,
      'data-day': formatDay(message.at),
    },
    bubble,
    time,
    quoteButton(message, bubble),
  );
}

function quoteButton(message: SeenMessage, bubble: Node): HTMLElement {
  const button = el(
    'button',
    {
      type: 'button',
      class: 'quote-button',
      'data-testid': 'quote-message',
      title: 'Quote (mark a part of the text first to quote only that)',
    },
    'Quote',
  );
  // A click must not take the mark away.
  button.addEventListener('mousedown', (event) => event.preventDefault());
  button.addEventListener('click', () => quoteMessage(message, bubble));
  return button;
}

const speaker = (message: SeenMessage) => (message.from === 'user' ? 'You: ' : 'Bot: ');

function renderText(text: string): HTMLElement {
  const paragraph = el('p', { class: 'text', dir: 'auto', 'data-testid': 'message-text' });
  for (const { text: part, href } of linkify(text)) {
    paragraph.append(
      href === undefined ? part : el('a', { href, target: '_blank', rel: 'noopener noreferrer' }, part),
    );
  }
  return paragraph;
}

/** Puts the day above the first message of a day, and takes it away above every other. */
function markDay(item: Element | null): void {
  if (!(item instanceof HTMLElement)) return;
  const previous = item.previousElementSibling as HTMLElement | null;
  item.querySelector('.day')?.remove();
  const day = item.dataset.day ?? '';
  if (previous?.dataset.day !== day) item.prepend(el('p', { class: 'day' }, day));
}

export function scrollToEnd(): void {
  toEnd.hidden = true;
  log.scrollTop = 0;
}

/**
 * The list is a reversed column: the browser itself counts its scrolling from the end (0, upwards negative) and
 * keeps it there while images load, the composer grows or the window is turned.
 */
const isAtEnd = () => log.scrollTop > -AT_END_PX;

export function setUpMessages(): void {
  log.addEventListener('scroll', () => {
    if (isAtEnd()) toEnd.hidden = true;
  });
  toEnd.addEventListener('click', scrollToEnd);
}
