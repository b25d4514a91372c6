import { byId } from './dom';

const SHOWN_MS = 8000;

const box = byId('notice');
const words = byId('notice-text');
let hideTimer: number | undefined;

/** Tells the person what went wrong, above the composer, for a few seconds or until dismissed. */
export function showNotice(text: string): void {
  words.textContent = text;
  box.hidden = false;
  window.clearTimeout(hideTimer);
  hideTimer = window.setTimeout(hideNotice, SHOWN_MS);
}

export function hideNotice(): void {
  box.hidden = true;
}

byId('notice-close').addEventListener('click', hideNotice);
