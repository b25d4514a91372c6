import { describeState } from './bot-state';
import { byId, el, setText } from './dom';
import { shortId } from './format';
import type { Bot, BotLogin } from './types';

const name = byId('bot-name');
const picker = byId('bot-picker', HTMLSelectElement);
const avatar = byId('avatar');
const state = byId('state');

/** Shows which bot the conversation is with, and the picker when there is a choice. */
export function showBots(bots: Bot[], bot_id: string | undefined): void {
  const title = bot_id === undefined ? 'No bot' : shortId(bot_id);
  const choice = bots.length > 1 && bots.some((bot) => bot.ilink_bot_id === bot_id);
  setText(name, title);
  name.title = bot_id ?? '';
  name.classList.toggle('visually-hidden', choice);
  picker.hidden = !choice;
  setText(avatar, bot_id === undefined ? '?' : (title.match(/[a-z0-9]/i)?.[0] ?? '?').toUpperCase());
  if (document.title !== title) document.title = title;
  const options = bots.map((bot) => ({ value: bot.ilink_bot_id, label: labelOf(bot) }));
  // Rebuilding an open list would close it under the person's hand, so only when something changed.
  if (JSON.stringify(options) !== picker.dataset.options) {
    picker.dataset.options = JSON.stringify(options);
    picker.replaceChildren(...options.map(({ value, label }) => el('option', { value }, label)));
  }
  if (bot_id !== undefined) picker.value = bot_id;
}

const labelOf = (bot: Bot) => shortId(bot.ilink_bot_id) + (bot.live ? '' : ' (ended)');

export function showState(connected: boolean, bot: Bot | undefined): void {
  const { text, level } = describeState(connected, bot);
  setText(state, text);
  state.dataset.level = level;
}

export function onPick(listener: (bot_id: string) => void): void {
  picker.addEventListener('change', () => listener(picker.value));
}

/** Shows the login of a bot that was just bound, to be copied into a credential. */
export function showBotLogin(login: BotLogin): void {
  const rows = Object.entries(login).flatMap(([key, value]) => {
    const input = el('input', {
      readonly: true,
      value: String(value),
      'aria-label': key,
      'data-testid': `login-${key}`,
    });
    input.addEventListener('focus', () => input.select());
    return [el('dt', {}, key), el('dd', {}, input)];
  });
  byId('bot-login-values').replaceChildren(...rows);
  byId('bot-login', HTMLDialogElement).showModal();
}
