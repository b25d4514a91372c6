import { Gateway } from '../../../../bot/receive/gateway';

describe('Gateway', () => {
  let written: Array<[cutMs: number, isCertain: boolean]>;
  const gateway = (host = 'ilinkai.weixin.qq.com', known?: number): Gateway =>
    new Gateway(host, {
      read: async () => written.at(-1)?.[0] ?? known,
      write: async (...note) => void written.push(note),
    });
  beforeEach(() => (written = []));

  it('knows nothing of the host in China: the server ends its polls', async () => {
    expect(await gateway().askAgainMs()).toBeUndefined();
  });

  it('knows the one of the international host before anything happened', async () => {
    expect(await gateway('ilinkai.wechat.com').askAgainMs()).toBe(14_000);
  });

  it('learns from the first poll that a gateway ended, and remembers it', async () => {
    const one = gateway();
    await one.askAgainMs();
    await one.ended(16_050, 'by_gateway');
    expect(await one.askAgainMs()).toBe(14_050);
    expect(written).toEqual([[16_050, true]]);
    written = [];
    expect(await gateway('other.example', 16_050).askAgainMs()).toBe(14_050);
  });

  it('knows at the next poll what another bot at the same host has learnt', async () => {
    let known: number | undefined;
    const memory = { read: async () => known, write: async (cutMs: number) => void (known = cutMs) };
    const [one, other] = [new Gateway('a.example', memory), new Gateway('a.example', memory)];
    expect(await other.askAgainMs()).toBeUndefined();
    await one.ended(16_000, 'by_gateway');
    expect(await other.askAgainMs()).toBe(14_000);
  });

  it('believes a connection that broke only when it happens twice after the same time', async () => {
    const one = gateway();
    await one.ended(9_000, 'broken');
    await one.ended(20_000, 'broken');
    expect(await one.askAgainMs()).toBeUndefined();
    await one.ended(19_800, 'broken');
    expect(await one.askAgainMs()).toBe(17_800);
  });

  it('asks sooner when a poll is ended sooner, and never later', async () => {
    const one = gateway();
    await one.ended(16_000, 'by_gateway');
    await one.ended(5_000, 'by_gateway');
    await one.ended(30_000, 'by_gateway');
    expect(await one.askAgainMs()).toBe(4_000);
    expect(written.map(([cutMs]) => cutMs)).toEqual([16_000, 5_000]);
  });

  it('believes one answer of a gateway that came sooner than gateways do for some minutes only, and two for good', async () => {
    const one = gateway();
    await one.ended(2_000, 'by_gateway');
    expect(await one.askAgainMs()).toBe(1_600);
    written = [];
    expect(await one.askAgainMs()).toBeUndefined();
    await one.ended(2_100, 'by_gateway');
    expect(written).toEqual([[2_000, true]]);
  });

  it('learns nothing from what was never held', async () => {
    const one = gateway();
    await one.ended(20, 'by_gateway');
    expect(await one.askAgainMs()).toBeUndefined();
  });

  it('works on when nothing can be read or written', async () => {
    const fails = (): Promise<never> => Promise.reject(new Error('disk'));
    const one = new Gateway('h', { read: fails, write: fails });
    expect(await one.askAgainMs()).toBeUndefined();
    await one.ended(16_000, 'by_gateway');
    expect(await one.askAgainMs()).toBe(14_000);
  });
});
