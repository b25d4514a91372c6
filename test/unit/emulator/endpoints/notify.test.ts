import { startBound, stopAll } from '../wire-client';

afterEach(stopAll);

describe('notifystart and notifystop', () => {
  it.each(['start', 'stop'])('takes note of msg/notify%s', async (what) => {
    const client = await startBound();
    expect(await client.post(`msg/notify${what}`, {})).toEqual({ ret: 0 });
    expect(client.emulator.requests(`notify${what}`)).toMatchObject([
      { status: 200, bot_id: client.chat.bot_id },
    ]);
  });

  it('answers -14 to a stale token', async () => {
    const client = await startBound();
    client.emulator.revoke(client.chat.bot_id);
    expect(await client.post('msg/notifystop', {})).toMatchObject({ ret: -14 });
  });
});
