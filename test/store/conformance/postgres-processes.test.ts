import { startEmulator, type BotLogin, type Emulator } from '../../../emulator';
import { systemClock, type Clock } from '../../../ilink/clock';
import { eventually } from '../../n8n/harness/eventually';
import { PostgresProcess } from '../../support/postgres-process';
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
  let processes: PostgresProcess[];

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
  const start = async (subscriber: string, clock?: Clock): Promise<PostgresProcess> => {
    const started = await PostgresProcess.start(
      { url: schema.url, schema: schema.name },
      subscriber,
      emulator,
      login,
      clock,
    );
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
