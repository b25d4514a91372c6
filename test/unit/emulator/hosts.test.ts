import { Host } from '../../../emulator/hosts';

const open = (address: string, port = 0) =>
  Host.open({ handler: (_req, res) => res.end('here'), address, port });

describe('Host', () => {
  it.each(['0.0.0.0', '::', 'example.org', '192.168.0.1'])('refuses to listen on %s', async (address) => {
    await expect(open(address)).rejects.toThrow('loopback only');
  });

  it('fails when the port is taken', async () => {
    const host = await open('127.0.0.1');
    await expect(open('127.0.0.1', Number(new URL(host.url).port))).rejects.toThrow('EADDRINUSE');
    await host.close();
  });

  it('ends connections that are held when it closes', async () => {
    let held = () => {};
    const arrived = new Promise<void>((resolve) => (held = resolve));
    const host = await Host.open({ handler: () => held(), address: '127.0.0.1', port: 0 });
    const request = fetch(host.url).catch((error: Error) => error.message);
    await arrived;
    await host.close();
    expect(await request).toBe('fetch failed');
  });

  it('goes away and comes back as often as it is told to, at the same address', async () => {
    const host = await open('127.0.0.1');
    const { url } = host;
    for (const how of ['refused', 'reset', 'refused'] as const) {
      await host.offline(how);
      await expect(fetch(url)).rejects.toThrow('fetch failed');
      await host.online();
      expect(await (await fetch(url)).text()).toBe('here');
    }
    expect(host.url).toBe(url);
    await host.close();
  });
});
