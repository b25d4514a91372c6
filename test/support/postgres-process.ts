import { BotRegistry } from '../../bot/registry';
import type { BotLogin, Emulator } from '../../emulator';
import { systemClock } from '../../ilink/clock';
import { PostgresStore } from '../../store/postgres/postgres-store';
import { credential } from './credential';
import { PostgresWire } from './postgres-wire';

/** A process with a trigger, as far as the store, the bot and the server can tell. */
export class PostgresProcess {
  readonly texts: string[] = [];
  readonly states: string[] = [];
  /** Whether it polls. */
  isLeader: () => boolean = () => false;
  /** Its trigger is switched off. */
  leave: () => Promise<void> = () => Promise.resolve();
  private hasEnded = false;

  private constructor(
    private readonly registry: BotRegistry,
    private readonly opened: PostgresStore[],
    readonly wire: PostgresWire,
  ) {}

  static async start(
    place: { url: string; schema: string },
    subscriber: string,
    emulator: Emulator,
    login: BotLogin,
    clock = systemClock,
  ): Promise<PostgresProcess> {
    const wire = await PostgresWire.to(place.url);
    const opened: PostgresStore[] = [];
    const time = { ...systemClock, elapsed: () => performance.now() };
    const registry = new BotRegistry({
      openStore: async () => {
        const store = await PostgresStore.open({ settings: { url: wire.url }, schema: place.schema, time });
        opened.push(store);
        return store;
      },
      keep: { days: 7, messages: 100 },
      report: () => undefined,
      clock,
    });
    const started = new PostgresProcess(registry, opened, wire);
    await started.listen(subscriber, emulator, login);
    return started;
  }

  /** It dies: nothing is given back. */
  async end(): Promise<void> {
    if (this.hasEnded) return;
    this.hasEnded = true;
    await this.registry.close();
    await Promise.all(this.opened.map((store) => store.close()));
    await this.wire.close();
  }

  private async listen(subscriber: string, emulator: Emulator, login: BotLogin): Promise<void> {
    const memory = await this.registry.memory();
    const { bot } = this.registry.retain(
      credential({ botToken: login.bot_token, apiBaseUrl: emulator.apiUrl }),
    );
    await memory.store.inbox.subscribe(subscriber, bot.key);
    const deliveries = memory.deliveries(subscriber);
    deliveries.resume({
      order: 'oneAtATime' as const,
      concurrency: 5,
      retryDelayMs: 100,
      countsStarts: true,
      handle: ({ body }) => {
        const { item_list } = JSON.parse(body) as { item_list: [{ text_item: { text: string } }] };
        this.texts.push(item_list[0].text_item.text);
        return Promise.resolve('done' as const);
      },
    });
    this.isLeader = () => bot.receiver.isLeader;
    this.leave = bot.receiver.listen({
      onArrival: () => deliveries.wake(),
      onHealth: ({ state }) => this.states.push(state),
    });
  }
}
