import { join } from 'node:path';

import { BotRegistry } from '../../../bot/registry';
import { SqliteStore } from '../../../store/sqlite/sqlite-store';
import { credential } from '../../support/credential';
import { FakeClock } from '../../support/fake-clock';
import { removeTempFolders, tempFolder } from '../../support/temp-folder';

describe('BotRegistry', () => {
  let clock: FakeClock;
  let registry: BotRegistry;
  let openStore: jest.Mock<SqliteStore>;
  afterAll(removeTempFolders);

  beforeEach(() => {
    clock = new FakeClock();
    openStore = jest.fn(() => SqliteStore.open(join(tempFolder(), 'w.sqlite'), 0, () => undefined));
    registry = new BotRegistry({
      clock,
      openStore,
      keep: { days: 7, messages: 100 },
      report: () => undefined,
    });
  });

  it('gives everybody with the same connection the same bot', () => {
    const [a, b] = [registry.retain(credential()), registry.retain(credential())];
    expect(a.bot).toBe(b.bot);
    expect(registry.retain(credential({ botToken: 'token-2' })).bot).not.toBe(a.bot);
  });

  it('keeps a bot for the next execution, and closes it when nobody came', async () => {
    const first = registry.retain(credential());
    first.release();
    await clock.advance(60_000);
    const second = registry.retain(credential());
    expect(second.bot).toBe(first.bot);
    second.release();
    await clock.advance(120_000);
    expect(registry.size).toBe(0);
    expect(registry.retain(credential()).bot).not.toBe(first.bot);
  });

  it('does not close a bot that somebody else still uses', async () => {
    const [a] = [registry.retain(credential()), registry.retain(credential())];
    a.release();
    a.release();
    await clock.advance(600_000);
    expect(registry.size).toBe(1);
  });

  it('drops a bot at once when it is told to, unless somebody uses it', () => {
    const lease = registry.retain(credential());
    registry.discard(credential());
    expect(registry.size).toBe(1);
    lease.release();
    registry.discard(credential());
    registry.discard(credential());
    expect([registry.size, clock.pending]).toEqual([0, 0]);
  });

  it('does not close a bot whose typing is kept alive, and does when that has ended', async () => {
    const { bot, release } = registry.retain(credential());
    jest.spyOn(bot.client, 'getConfig').mockResolvedValue({ ret: 0, typing_ticket: 'ticket' });
    jest.spyOn(bot.client, 'sendTyping').mockResolvedValue();
    await bot.typing.keepAlive('u', { timeoutMs: 600_000 }).shown;
    release();
    await clock.advance(500_000);
    expect(registry.size).toBe(1);
    await clock.advance(100_000);
    expect(clock.pending).toBe(1);
    await clock.advance(120_000);
    expect([registry.size, clock.pending]).toEqual([0, 0]);
  });

  it('holds no timer while every bot is in use', () => {
    registry.retain(credential()).release();
    registry.retain(credential());
    expect(clock.pending).toBe(0);
  });

  it('closes every bot at the end, whoever uses it, and leaves no timer', async () => {
    const bots = [registry.retain(credential()), registry.retain(credential({ botToken: 'token-2' }))];
    const closes = bots.map(({ bot }) => jest.spyOn(bot, 'close'));
    bots[0]!.release();
    await registry.close();
    expect(closes.map(({ mock }) => mock.calls.length)).toEqual([1, 1]);
    expect([registry.size, clock.pending]).toEqual([0, 0]);
  });

  it('opens the store once, when it is first needed', async () => {
    registry.retain(credential());
    expect(openStore).not.toHaveBeenCalled();
    const [a, b] = await Promise.all([registry.memory(), registry.memory()]);
    expect(a).toBe(b);
    expect(openStore).toHaveBeenCalledTimes(1);
  });

  it('tries again to open the store after that failed', async () => {
    openStore.mockImplementationOnce(() => {
      throw new Error('read-only');
    });
    await expect(registry.memory()).rejects.toThrow('read-only');
    expect(await registry.memory()).toBeDefined();
  });
});
