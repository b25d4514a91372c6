import type { Bot } from './types';

/** The bot that a fresh page opens: the wanted one, else the first live one, else any. */
export function chooseBot(bots: Bot[], wanted: string | null | undefined): Bot | undefined {
  if (wanted) return bots.find((bot) => bot.ilink_bot_id === wanted);
  return bots.find((bot) => bot.live) ?? bots[0];
}

/** What the line under the name says. `level` colours its dot. */
export function describeState(
  connected: boolean,
  bot: Bot | undefined,
): { text: string; level: 'good' | 'warn' | 'off' } {
  if (!connected) return { text: 'Reconnecting…', level: 'warn' };
  if (bot === undefined) return { text: 'Nobody to write to', level: 'off' };
  if (!bot.live) return { text: 'Token ended', level: 'off' };
  if (bot.polls === 0) return { text: '0 polls', level: 'off' };
  if (bot.polls === 1) return { text: '1 poll', level: 'good' };
  // Two pollers on one token steal each other's messages.
  return { text: `${bot.polls} polls, stealing from each other`, level: 'warn' };
}
