import { startChat, stopAll, type WireClient } from '../wire-client';

afterEach(stopAll);

const ticketOf = async (client: WireClient) =>
  (await client.post('getconfig', { ilink_user_id: client.user }))['typing_ticket'];
const isTyping = ({ emulator, chat }: WireClient) => emulator.typing(chat.bot_id, chat.user_id);

describe('sendtyping', () => {
  it('shows the indicator until it is cancelled', async () => {
    const client = await startChat();
    const call = { ilink_user_id: client.user, typing_ticket: await ticketOf(client) };
    expect(await client.post('sendtyping', { ...call, status: 1 })).toEqual({ ret: 0 });
    expect(isTyping(client)).toBe(true);
    await client.post('sendtyping', { ...call, status: 2 });
    expect(isTyping(client)).toBe(false);
  });

  it('uses up no quota', async () => {
    const client = await startChat({ settings: { quota: 1 } });
    await client.userWrites();
    const typing_ticket = await ticketOf(client);
    for (let count = 0; count < 3; count += 1) {
      await client.post('sendtyping', { ilink_user_id: client.user, typing_ticket, status: 1 });
    }
    expect(await client.send('hi')).toMatchObject({ ret: 0 });
  });

  it('refuses an expired ticket, and the cancel is lost', async () => {
    const client = await startChat({ settings: { ticketTtlMs: 3000 } });
    const call = { ilink_user_id: client.user, typing_ticket: await ticketOf(client) };
    await client.post('sendtyping', { ...call, status: 1 });
    client.emulator.clock.advance(3000);
    expect(await client.post('sendtyping', { ...call, status: 2 })).toMatchObject({
      ret: -2,
      errmsg: 'invalid typing_ticket',
    });
    expect(isTyping(client)).toBe(true);
    expect(client.reasons()).toEqual(['stale_ticket']);
  });

  it('loses a call with a stale ticket without a word when the setting says so', async () => {
    const client = await startChat({ settings: { staleTicket: 'drop' } });
    const call = { ilink_user_id: client.user, typing_ticket: 'garbage', status: 1 };
    expect(await client.post('sendtyping', call)).toEqual({ ret: 0 });
    expect(isTyping(client)).toBe(false);
    expect(client.emulator.dropped).toMatchObject([{ kind: 'dropped', reason: 'stale_ticket' }]);
  });

  it('takes a ticket for its own conversation only', async () => {
    const client = await startChat();
    await client.emulator.write({ bot_id: client.chat.bot_id, user_id: 'other@im.wechat', text: 'hi' });
    const typing_ticket = await ticketOf(client);
    const call = { ilink_user_id: 'other@im.wechat', typing_ticket, status: 1 };
    expect(await client.post('sendtyping', call)).toMatchObject({ ret: -2 });
  });

  it('wants a known user and a known status', async () => {
    const client = await startChat();
    const typing_ticket = await ticketOf(client);
    expect(await client.post('sendtyping', { typing_ticket })).toMatchObject({
      errmsg: 'ilink_user_id required',
    });
    expect(await client.post('sendtyping', { ilink_user_id: 'x', typing_ticket })).toMatchObject({ ret: -2 });
    const call = { ilink_user_id: client.user, typing_ticket, status: 3 };
    expect(await client.post('sendtyping', call)).toMatchObject({ ret: -2, errmsg: 'invalid status' });
  });
});
