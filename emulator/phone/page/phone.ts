import { bind, bots as fetchBots } from './api';
import { chooseBot } from './bot-state';
import { onPick, showBotLogin, showBots, showState } from './bots';
import { enableComposer, setUpComposer } from './composer';
import { setUpDialogs } from './dialogs';
import { byId, reason, setText } from './dom';
import { LiveConversation } from './live';
import { noticeLogin, openLogin, setUpLogin } from './login';
import { clearMessages, messageCount, setUpMessages } from './messages';
import { showNotice } from './notice';
import { refreshDropped, setUpServer, showClock } from './server';
import type { Bot, Conversation, Login } from './types';

const REFRESH_MS = 1500;

const parameters = new URLSearchParams(location.search);
/** The conversation that the address asks for, until one is open. */
let wanted = { bot_id: parameters.get('bot_id'), user_id: parameters.get('user_id') };
let bots: Bot[] = [];
let conversation: Conversation | undefined;
let streamConnected = true;
let serverReached = true;
let live: LiveConversation | undefined;

const currentBot = () => bots.find((bot) => bot.ilink_bot_id === conversation?.bot_id);

function render(): void {
  showBots(bots, conversation?.bot_id);
  showState(serverReached && streamConnected, currentBot());
  const empty = byId('empty');
  empty.hidden = messageCount() > 0;
  setText(byId('empty-title'), conversation === undefined ? 'No bot yet' : 'No messages yet');
  setText(
    byId('empty-text'),
    conversation === undefined ? noBotText() : 'A bot can only answer: write to it first.',
  );
  byId('empty-actions').hidden = conversation !== undefined;
}

function noBotText(): string {
  if (wanted.bot_id !== null) return `The server does not know the bot ${wanted.bot_id}.`;
  return 'Start a login in your client and scan its QR code, or make a bot without one.';
}

function leave(): void {
  live?.end();
  clearMessages();
  conversation = undefined;
  streamConnected = true;
  enableComposer(false);
}

function converse(bot: Bot, user_id: string = bot.ilink_user_id): void {
  leave();
  wanted = { bot_id: null, user_id: null };
  conversation = { bot_id: bot.ilink_bot_id, user_id };
  // A reload, and a copied address, come back to the same conversation.
  history.replaceState(null, '', `?${new URLSearchParams({ ...conversation })}`);
  enableComposer(true);
  live = new LiveConversation(conversation, {
    onConnection: (connected) => {
      streamConnected = connected;
      render();
    },
    onChange: render,
    onLogin: noticeLogin,
  });
  render();
}

/** Asks the server for everything that no event tells: bots, polls, the clock, what was dropped. */
async function refresh(): Promise<void> {
  try {
    const answer = await fetchBots();
    bots = answer.bots;
    serverReached = true;
    showClock(answer.now);
    // An emulator that was restarted does not know the bots of its earlier life.
    if (conversation !== undefined && currentBot() === undefined) leave();
    await refreshDropped();
  } catch {
    // Shown as "Reconnecting…"; the next round tries again.
    serverReached = false;
  }
  const bot = conversation === undefined ? chooseBot(bots, wanted.bot_id) : undefined;
  if (bot !== undefined) converse(bot, wanted.user_id ?? undefined);
  render();
}

async function refreshForEver(): Promise<void> {
  if (!document.hidden) await refresh();
  window.setTimeout(() => void refreshForEver(), REFRESH_MS);
}

async function bindNewBot(): Promise<void> {
  try {
    const login = await bind();
    await openBot(login.ilink_bot_id);
    showBotLogin(login);
  } catch (error) {
    showNotice(`No new bot: ${reason(error)}`);
  }
}

async function openBot(bot_id: string | undefined): Promise<void> {
  const before = new Set(bots.map((bot) => bot.ilink_bot_id));
  bots = (await fetchBots()).bots;
  const isNew = (bot: Bot) => bot.live && !before.has(bot.ilink_bot_id);
  const bot = bots.find((each) => (bot_id === undefined ? isNew(each) : each.ilink_bot_id === bot_id));
  if (bot !== undefined) converse(bot);
  byId('text').focus();
}

function openConfirmed(login: Login): void {
  openBot(login.ilink_bot_id).catch((error: unknown) => showNotice(reason(error)));
}

function start(): void {
  setUpDialogs();
  setUpMessages();
  setUpComposer(() => conversation);
  setUpLogin(openConfirmed);
  setUpServer(
    () => conversation?.bot_id,
    () => void refresh(),
  );
  enableComposer(false);
  onPick((bot_id) => {
    const bot = chooseBot(bots, bot_id);
    if (bot !== undefined) converse(bot);
  });
  for (const id of ['new-bot', 'empty-new-bot']) byId(id).addEventListener('click', () => void bindNewBot());
  for (const id of ['scan-open', 'empty-scan']) {
    byId(id).addEventListener('click', () => openLogin(conversation?.user_id));
  }
  document.addEventListener('visibilitychange', () => void refresh());
  const qrUrl = parameters.get('qr_url');
  if (qrUrl) openLogin(parameters.get('user_id') ?? undefined, qrUrl);
  void refreshForEver();
}

start();
