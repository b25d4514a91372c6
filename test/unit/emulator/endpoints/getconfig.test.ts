import { startBound, stopAll } from '../wire-client';

afterEach(stopAll);

describe('getconfig', () => {
  it('hands out a typing ticket in base64, for the owner even before a first message', async () => {
    const client = await startBound();
    const answer = await client.post('getconfig', { ilink_user_id: client.user });
    expect(answer).toEqual({ ret: 0, typing_ticket: expect.stringMatching(/^[A-Za-z0-9+/]{20,}=*$/) });
    expect(client.reasons()).toEqual([]);
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
