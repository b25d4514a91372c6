import { EmulatorClock, startEmulator } from '../../../emulator';
import { start, startBound, stopAll } from './wire-client';

afterEach(stopAll);

describe('startEmulator', () => {
  it('has five hosts of its own on loopback', async () => {
    const { apiUrl, secondUrl, cdnUrl, personUrl, redirectUrl } = await start();
    const urls = [apiUrl, secondUrl, cdnUrl, personUrl, redirectUrl];
    for (const url of urls) expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+(\/c2c)?$/);
    expect(new Set(urls.map((url) => new URL(url).port)).size).toBe(5);
    expect(cdnUrl).toMatch(/\/c2c$/);
  });

  it('shares nothing with another emulator', async () => {
    const [one, two] = [await startBound(), await startBound()];
    const answer = await fetch(`${two.emulator.apiUrl}/ilink/bot/getconfig`, { method: 'POST' });
    expect(await answer.json()).toMatchObject({ ret: -14 });
    expect(one.emulator.dropped).toEqual([]);
    one.emulator.settings.quota = 1;
    expect(two.emulator.settings.quota).toBe(10);
  });

  it('refuses settings that do not exist', async () => {
    await expect(startEmulator({ settings: { hold: 1 } as never })).rejects.toThrow(
      'There is no setting hold',
    );
  });

  it('leaves nothing open when one port is taken', async () => {
    const portOf = (url: string) => Number(new URL(url).port);
    const { apiUrl: takenUrl } = await start();
    const before = await startEmulator();
    await before.stop();
    const apiPort = portOf(before.apiUrl);
    await expect(startEmulator({ apiPort, personPort: portOf(takenUrl) })).rejects.toThrow('EADDRINUSE');
    expect((await start({ apiPort })).apiUrl).toBe(before.apiUrl);
  });

  it('uses the clock that it is given, and leaves its alarms alone when it stops', async () => {
    const clock = new EmulatorClock(() => 5);
    const emulator = await startEmulator({ clock });
    let rung = false;
    clock.in(1, () => (rung = true));
    expect(emulator.clock.now()).toBe(5);
    await emulator.stop();
    clock.advance(1);
    expect(rung).toBe(true);
  });

  it('stops although polls are held', async () => {
    const client = await startBound();
    const poll = client.poll().catch((error: Error) => error.message);
    while (client.emulator.polls(client.chat.bot_id) === 0)
      await new Promise((resolve) => setImmediate(resolve));
    await stopAll();
    expect(await poll).toBe('fetch failed');
  });
});
