import { advanceClock, dropped, revoke } from './api';
import { byId, el, reason, setText, showOrHide } from './dom';
import { formatDay, formatTime } from './format';
import type { Dropped } from './types';

const HOUR_MS = 3_600_000;

/** The newest records are what somebody looks for; a long test run leaves thousands. */
const SHOWN_RECORDS = 200;

const dialog = byId('server', HTMLDialogElement);
const list = byId('dropped', HTMLOListElement);
const badge = byId('dropped-count');
const errorLine = byId('server-error');

/** Wires the server drawer; `changed` is called after something was done, to refresh the page's view of it. */
export function setUpServer(bot_id: () => string | undefined, changed: () => void): void {
  const act = (action: () => Promise<unknown>) => {
    action().then(
      () => {
        showOrHide(errorLine, undefined);
        changed();
      },
      (error: unknown) => showOrHide(errorLine, reason(error)),
    );
  };
  byId('server-open').addEventListener('click', () => {
    byId('revoke', HTMLButtonElement).disabled = bot_id() === undefined;
    dialog.showModal();
  });
  for (const button of document.querySelectorAll<HTMLButtonElement>('[data-advance-h]')) {
    const hours = Number(button.dataset.advanceH);
    button.addEventListener('click', () => act(() => advanceClock(hours * HOUR_MS)));
  }
  byId('revoke').addEventListener('click', () => {
    const bot = bot_id();
    if (bot !== undefined) act(() => revoke(bot));
  });
}

export function showClock(now: number): void {
  setText(byId('clock'), `${formatDay(now)}, ${formatTime(now)}`);
}

/** Brings the list of what was not delivered up to date, newest first. */
export async function refreshDropped(): Promise<void> {
  const { dropped: records } = await dropped();
  // The list only grows, or starts anew with a restarted server.
  const state = `${records.length} ${records.at(-1)?.at}`;
  if (list.dataset.state === state) return;
  list.dataset.state = state;
  list.replaceChildren(...records.slice(-SHOWN_RECORDS).reverse().map(renderDropped));
  byId('dropped-none').hidden = records.length > 0;
  const lost = records.filter((record) => record.kind !== 'warning').length;
  badge.hidden = lost === 0;
  setText(badge, lost > 99 ? '99+' : String(lost));
  byId('server-open').setAttribute('aria-label', `Server, ${lost} not delivered`);
}

function renderDropped({
  at,
  kind = 'dropped',
  endpoint,
  reason: why,
  bot_id,
  detail,
}: Dropped): HTMLLIElement {
  const words = typeof detail === 'string' ? detail : JSON.stringify(detail);
  return el(
    'li',
    { 'data-testid': 'dropped-message', 'data-kind': kind },
    el('strong', {}, el('span', { class: 'kind' }, kind), why),
    el('span', {}, words ?? ''),
    el('span', { class: 'meta' }, [formatTime(at), endpoint, bot_id].filter(Boolean).join(' · ')),
  );
}
