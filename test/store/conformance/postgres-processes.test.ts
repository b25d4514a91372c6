import { BotRegistry } from '../../../bot/registry';
import { startEmulator, type BotLogin, type Emulator } from '../../../emulator';
import { systemClock, type Clock } from '../../../ilink/clock';
import { PostgresStore } from '../../../store/postgres/postgres-store';
import { eventually } from '../../n8n/harness/eventually';
import { credential } from '../../support/credential';
import { PostgresWire } from '../../support/postgres-wire';
import { PostgresSchema } from './postgres-schema';

/** A process is followed within this, when it does not leave by itself. */
const FAIL_OVER_MS = 10_000;
/** A process that looks by itself every 20 s only, so that what it learns sooner it was told. */
const SLOW_CLOCK: Clock = {
  ...systemClock,
  after: (delayMs, ...more) => systemClock.after(40 * delayMs, ...more),
};
const TOLD_MS = 5_000;

describe('Two processes that have nothing in common but a PostgreSQL database', () => {
  const schema = new PostgresSchema();
  let emulator: Emulator;
  let login: BotLogin;
  let processes: Process[];

  beforeAll(() => schema.start());
  beforeEach(async () => {
    processes = [];
    emulator = await startEmulator();
    // Longer than what the pace takes for a server that does not hold.
    emulator.settings.holdMs = 1_200;
    login = emulator.bind();
  });
  afterEach(async () => {
    await Promise.all(processes.map((process) => process.end()));
    await emulator.stop();
    await schema.empty();
  });
  afterAll(() => schema.stop());

  const writes = (text: string) =>
    emulator.write({ bot_id: login.ilink_bot_id, user_id: login.ilink_user_id, text });
  const secondPolls = () => emulator.dropped.filter(({ reason }) => reason === 'second_poll');
  const start = async (subscriber: string, clock?: Clock): Promise<Process> => {
    const started = await Process.start(schema, subscriber, emulator, login, clock);
    processes.push(started);
    return started;
  };

  it('poll one at a time, and both hand over every message; who dies is followed', async () => {
    const first = await start('a');
    await eventually(() => first.states.includes('connected'));
    const second = await start('b');
    await eventually(() => second.states.includes('standby'));
    for (const text of ['1', '2', '3']) await writes(text);
    await eventually(() => first.texts.length === 3 && second.texts.length === 3);
    await first.end();
    const diedAt = performance.now();
    await eventually(() => second.states.at(-1) === 'connected', FAIL_OVER_MS);
    expect(performance.now() - diedAt).toBeLessThan(FAIL_OVER_MS);
    await writes('4');
    await eventually(() => second.texts.length === 4);
    expect([first.texts, second.texts]).toEqual([
      ['1', '2', '3'],
      ['1', '2', '3', '4'],
    ]);
    expect(secondPolls()).toEqual([]);
  });

  it('need not look: the one that polls says what it kept, and that it leaves', async () => {
    const first = await start('a');
    await eventually(() => first.states.includes('connected'));
    const second = await start('b', SLOW_CLOCK);
    await eventually(() => second.states.includes('standby'));
    await writes('1');
    await eventually(() => second.texts.length === 1, TOLD_MS);
    await first.leave();
    await eventually(() => second.isLeader(), TOLD_MS);
    expect(secondPolls()).toEqual([]);
  });

  it('go on when the one that polls is cut off from the database for a moment, and lose nothing', async () => {
    const first = await start('a');
    await eventually(() => first.states.includes('connected'));
    const second = await start('b');
    for (let n = 0; n < 6; n++) {
      await writes(String(n));
      first.wire.cutAll();
    }
    const all = ['0', '1', '2', '3', '4', '5'];
    await eventually(() => first.texts.length === 6 && second.texts.length === 6, 20_000);
    expect([first.texts, second.texts]).toEqual([all, all]);
    expect(secondPolls()).toEqual([]);
  });

  it('go on when the database crashes and comes back, and lose nothing', async () => {
    // The server of somebody else is not ended.
    if (!schema.isOurs) return;
    const first = await start('a');
    await eventually(() => first.states.includes('connected'));
    const second = await start('b');
    await writes('1');
    await eventually(() => second.texts.length === 1);
    await schema.crash(async () => void (await writes('2')));
    await writes('3');
    await eventually(() => first.texts.length === 3 && second.texts.length === 3, 30_000);
    const all = ['1', '2', '3'];
    expect([first.texts, second.texts]).toEqual([all, all]);
    expect(secondPolls()).toEqual([]);
  });
});

/** A process with a trigger. */
class Process {
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
    schema: PostgresSchema,
    subscriber: string,
    emulator: Emulator,
    login: BotLogin,
    clock = systemClock,
  ): Promise<Process> {
    const wire = await PostgresWire.to(schema.url);
    const opened: PostgresStore[] = [];
    const time = { ...systemClock, elapsed: () => performance.now() };
    const registry = new BotRegistry({
      openStore: async () => {
        const store = await PostgresStore.open({ settings: { url: wire.url }, schema: schema.name, time });
        opened.push(store);
        return store;
      },
      keep: { days: 7, messages: 100 },
      report: () => undefined,
      clock,
    });
    const started = new Process(registry, opened, wire);
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
