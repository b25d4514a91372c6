import { join } from 'node:path';

import type * as CopiesModule from '../../../bot/copies';
import type * as RegistryModule from '../../../bot/registry';
import type { BotRegistry } from '../../../bot/registry';
import { startEmulator, type BotLogin, type Emulator } from '../../../emulator';
import { systemClock } from '../../../ilink/clock';
import type * as StoreModule from '../../../store/sqlite/sqlite-store';
import { eventually } from '../../n8n/harness/eventually';
import { credential } from '../../support/credential';
import { removeTempFolders, tempFolder } from '../../support/temp-folder';

/** A copy of the package as n8n loads it: every module anew, beside those that run. */
function loadCopy(path: string): BotRegistry {
  let registry: BotRegistry | undefined;
  jest.isolateModules(() => {
    const { Copies } = jest.requireActual<typeof CopiesModule>('../../../bot/copies');
    const { BotRegistry: Registry } = jest.requireActual<typeof RegistryModule>('../../../bot/registry');
    const { SqliteStore } = jest.requireActual<typeof StoreModule>('../../../store/sqlite/sqlite-store');
    registry = new Registry({
      copies: new Copies(),
      openStore: () => SqliteStore.open(path, Date.now(), () => undefined),
      keep: { days: 7, messages: 100 },
      report: () => undefined,
      clock: systemClock,
    });
  });
  return registry!;
}

describe('Two copies of the package in one process', () => {
  let emulator: Emulator;
  let login: BotLogin;
  let registries: BotRegistry[];
  let path: string;
  const copy = (): BotRegistry => {
    const registry = loadCopy(path);
    registries.push(registry);
    return registry;
  };

  beforeEach(async () => {
    path = join(tempFolder(), 'wechat.sqlite');
    registries = [];
    emulator = await startEmulator();
    // Longer than what the pace takes for a server that does not hold.
    emulator.settings.holdMs = 1_200;
    login = emulator.bind();
  });
  afterEach(async () => {
    await Promise.all(registries.map((registry) => registry.close()));
    await emulator.stop();
  });
  afterAll(removeTempFolders);

  const writes = (text: string) =>
    emulator.write({ bot_id: login.ilink_bot_id, user_id: login.ilink_user_id, text });
  const secondPolls = () => emulator.dropped.filter(({ reason }) => reason === 'second_poll');

  /** A trigger of that copy: takes messages, one after the other, for as long as it `takes` each. */
  async function listen(
    registry: BotRegistry,
    subscriber: string,
    takes: () => Promise<void> = async () => undefined,
  ) {
    const memory = await registry.memory();
    const lease = registry.retain(credential({ botToken: login.bot_token, apiBaseUrl: emulator.apiUrl }));
    const texts: string[] = [];
    const states: string[] = [];
    await memory.store.inbox.subscribe(subscriber, lease.bot.key);
    const deliveries = memory.deliveries(subscriber);
    const handler = {
      order: 'oneAtATime' as const,
      concurrency: 5,
      retryDelayMs: 100,
      countsStarts: true,
      handle: async ({ body }: { body: string }) => {
        texts.push(
          (JSON.parse(body) as { item_list: [{ text_item: { text: string } }] }).item_list[0].text_item.text,
        );
        await takes();
        return 'done' as const;
      },
    };
    deliveries.resume(handler);
    const end = lease.bot.receiver.listen({
      onArrival: () => deliveries.wake(),
      onHealth: ({ state }) => states.push(state),
    });
    return {
      texts,
      states,
      close: async () => {
        await end();
        if (deliveries.pause(handler)) await memory.store.inbox.unsubscribe(subscriber, Date.now());
        lease.release();
      },
    };
  }

  it('poll one at a time: the one that was loaded last takes over, and the other one still gets every message', async () => {
    const old = await listen(copy(), 'old');
    await eventually(() => old.states.includes('connected'));
    await writes('1');
    await eventually(() => old.texts.length === 1);

    const fresh = await listen(copy(), 'new');
    await writes('2');
    await eventually(() => fresh.states.includes('connected') && old.states.at(-1) === 'standby', 15_000);
    for (const text of ['3', '4']) await writes(text);
    await eventually(() => old.texts.length === 4 && fresh.texts.length === 3);
    expect(secondPolls()).toEqual([]);

    await fresh.close();
    await eventually(() => old.states.at(-1) === 'connected', 15_000);
    await writes('5');
    await eventually(() => old.texts.length === 5);
    expect(old.texts).toEqual(['1', '2', '3', '4', '5']);
    expect(fresh.texts).toEqual(['2', '3', '4']);
    expect(secondPolls()).toEqual([]);
    await old.close();
  });

  it('give a message to one subscriber once, also when it is still under way in the copy of before', async () => {
    let finish = (): void => undefined;
    const old = await listen(copy(), 'same', () => new Promise((resolve) => (finish = resolve)));
    await writes('slow');
    await writes('next');
    await eventually(() => old.texts.length === 1);
    await old.close();

    const fresh = await listen(copy(), 'same');
    await eventually(() => fresh.states.includes('connected'));
    expect(fresh.texts).toEqual([]);
    finish();
    await eventually(() => fresh.texts.length === 1, 10_000);
    expect([old.texts, fresh.texts]).toEqual([['slow'], ['next']]);
    await fresh.close();
  });
});
