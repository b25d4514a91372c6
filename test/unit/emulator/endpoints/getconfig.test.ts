import { startBound, startChat, stopAll } from '../wire-client';

afterEach(stopAll);

describe('getconfig', () => {
  it('hands out a typing ticket in base64 while a conversation is open', async () => {
    const client = await startChat();
    const answer = await client.post('getconfig', { ilink_user_id: client.user });
    expect(answer).toEqual({ ret: 0, typing_ticket: expect.stringMatching(/^[A-Za-z0-9+/]{20,}=*$/) });
    expect(client.reasons()).toEqual([]);
  });

  it('has no ticket before the first message after the login, and after a day of silence', async () => {
    const client = await startBound();
    const ask = () => client.post('getconfig', { ilink_user_id: client.user });
    const refused = { ret: -4, errcode: -4, errmsg: 'GetTypingTicket rpc failed' };
    expect(await ask()).toEqual(refused);
    await client.userWrites();
    expect(await ask()).toMatchObject({ ret: 0 });
    client.emulator.clock.advance(24 * 3_600_000);
    expect(await ask()).toEqual(refused);
    expect(client.reasons()).toEqual(['no_open_conversation', 'no_open_conversation']);
  });

  it('is a free look while the quota is used up or a throttle refuses', async () => {
    const client = await startChat({
      settings: { quota: 1, throttlePerSecond: 1, throttlePenaltyMs: 60_000 },
    });
    await client.send('last');
    expect(await client.post('getconfig', { ilink_user_id: client.user })).toMatchObject({ ret: 0 });
  });

  it.each([
    [{ closedConfigRet: 1 }, { ret: 1 }],
    [{ closedConfig: 'ticket' }, { ret: 0, typing_ticket: expect.any(String) }],
  ] as const)('answers otherwise with %j', async (settings, answer) => {
    const client = await startBound({ settings });
    expect(await client.post('getconfig', { ilink_user_id: client.user })).toMatchObject(answer);
  });

  it('wants the id of a user that it knows, in its exact case', async () => {
    const client = await startBound();
    expect(await client.post('getconfig', {})).toMatchObject({ ret: -2, errmsg: 'ilink_user_id required' });
    const ilink_user_id = client.user.toUpperCase();
    expect(await client.post('getconfig', { ilink_user_id })).toMatchObject({
      ret: -2,
      errmsg: 'invalid ilink_user_id',
    });
  });

  it('warns of a context token that is not of this conversation', async () => {
    const client = await startBound();
    const { context_token } = await client.userWrites();
    await client.post('getconfig', { ilink_user_id: client.user, context_token });
    expect(client.reasons()).toEqual([]);
    await client.post('getconfig', { ilink_user_id: client.user, context_token: 'garbage' });
    expect(client.reasons()).toEqual(['unknown_context_token']);
  });

  it('tells a stale token', async () => {
    const client = await startBound();
    client.emulator.revoke(client.chat.bot_id);
    expect(await client.post('getconfig', { ilink_user_id: client.user })).toMatchObject({ ret: -14 });
  });
});
