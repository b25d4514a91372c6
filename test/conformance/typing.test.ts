import { Stage, type Chat } from './stage';

const stage = Stage.set();

const DAY_MS = 24 * 60 * 60_000;

/** A chat whose agent answers. Nothing was sent or asked for yet, apart from the first message's getconfig. */
async function answeringChat(): Promise<Chat> {
  const chat = await stage.openChat();
  await stage.client.call('replyWith', { accountId: chat.accountId, replies: [{ text: 'yes' }] });
  return chat;
}

/** The user writes and gets the answer, and the client has cancelled its typing. */
async function exchange(chat: Chat): Promise<void> {
  const shown = stage.shown(chat).length;
  const cancels = statuses(chat).filter((status) => status === 2).length;
  await stage.say(chat, 'are you there?');
  await stage.shows(chat, shown + 1);
  await stage.until(() => statuses(chat).filter((status) => status === 2).length > cancels);
  await stage.until(() => stage.requests(chat, 'sendtyping').every(({ status }) => status === 200));
}

const bodies = (chat: Chat, endpoint: string) =>
  stage.requests(chat, endpoint).map(({ body }) => body as Record<string, unknown>);
const statuses = (chat: Chat) => bodies(chat, 'sendtyping').map(({ status }) => status);
const tickets = (chat: Chat) => bodies(chat, 'sendtyping').map(({ typing_ticket }) => typing_ticket);
const isTyping = (chat: Chat) => stage.emulator.typing(chat.bot_id, chat.user_id);

test('the phone shows typing while the answer is on its way, and no longer when it is there', async () => {
  const chat = await answeringChat();
  stage.emulator.faults.add({ endpoint: 'sendmessage', delayMs: 1_000 });
  await stage.say(chat, 'are you there?');
  await stage.until(() => isTyping(chat));
  await stage.until(() => stage.requests(chat, 'sendmessage').length === 1);
  expect(stage.shown(chat)).toEqual([]);

  stage.emulator.clock.advance(1_000);
  await stage.shows(chat, 1);
  await stage.until(() => !isTyping(chat));
  expect(statuses(chat)).toEqual([1, 2]);
});

test('typing that nobody cancels is gone after five seconds', async () => {
  const chat = await answeringChat();
  stage.emulator.faults.add({ endpoint: 'sendmessage', delayMs: 10_000 });
  await stage.say(chat, 'are you there?');
  await stage.until(() => isTyping(chat));
  await stage.until(() => stage.requests(chat, 'sendmessage').length === 1);
  stage.emulator.clock.advance(4_000);
  expect(isTyping(chat)).toBe(true);
  stage.emulator.clock.advance(1_000);
  expect(isTyping(chat)).toBe(false);

  stage.emulator.clock.advance(5_000);
  await stage.shows(chat, 1);
});

test('typing does not count towards the quota', async () => {
  stage.emulator.settings.quota = 1;
  const chat = await answeringChat();
  await exchange(chat);

  expect(statuses(chat)).toEqual([1, 2]);
  expect(stage.shown(chat)).toMatchObject([{ text: 'yes' }]);
});

test('the ticket is asked for once per user, with the context token, and used again', async () => {
  const chat = await answeringChat();
  await exchange(chat);
  await exchange(chat);

  const [first] = stage.client.inbound.filter(({ accountId }) => accountId === chat.accountId);
  expect(bodies(chat, 'getconfig')).toMatchObject([
    { ilink_user_id: chat.user_id, context_token: first?.ctx.context_token },
  ]);
  expect(statuses(chat)).toEqual([1, 2, 1, 2]);
  expect(new Set(tickets(chat)).size).toBe(1);
});

test('after a day the client asks for a new ticket', async () => {
  const chat = await answeringChat();
  await exchange(chat);
  await stage.client.call('advanceClock', { ms: DAY_MS });
  await exchange(chat);

  expect(bodies(chat, 'getconfig')).toHaveLength(2);
  expect(new Set(tickets(chat)).size).toBe(2);
});

test('a ticket that the server no longer takes loses the typing and not the answer', async () => {
  const chat = await answeringChat();
  await exchange(chat);
  stage.emulator.clock.advance(stage.emulator.settings.ticketTtlMs);
  await exchange(chat);

  expect(stage.shown(chat)).toHaveLength(2);
  const stale = { endpoint: 'sendtyping', kind: 'refused', reason: 'stale_ticket' };
  expect(stage.takeDrops()).toMatchObject([stale, stale]);

  await stage.client.call('advanceClock', { ms: DAY_MS });
  await exchange(chat);
  expect(stage.requests(chat, 'sendtyping').slice(-2)).toMatchObject([{ outcome: 'ok' }, { outcome: 'ok' }]);
});

test('without a ticket the client answers without typing, and asks again at the next message', async () => {
  stage.emulator.faults.add({ endpoint: 'getconfig', status: 500 });
  const chat = await answeringChat();
  await stage.say(chat, 'one');
  await stage.shows(chat, 1);
  expect(statuses(chat)).toEqual([]);

  // A failed request is not repeated before two seconds have passed.
  await stage.client.call('advanceClock', { ms: 2_000 });
  await exchange(chat);
  expect(statuses(chat)).toEqual([1, 2]);
});
