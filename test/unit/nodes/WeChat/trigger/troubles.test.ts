import type { Health, ReceiverState } from '../../../../../bot/receive/receiver';
import { ILinkHttpError } from '../../../../../ilink/errors';
import { toldHere, Troubles, type ToldRecord } from '../../../../../nodes/WeChat/trigger/troubles';
import { FakeClock } from '../../../../support/fake-clock';

const MINUTE_MS = 60_000;

describe('What a person is told of a connection', () => {
  let clock: FakeClock;
  let said: string[];
  let troubles: Troubles;
  const start = (told: ToldRecord = toldHere()): Troubles =>
    new Troubles({
      clock,
      afterMs: 2 * MINUTE_MS,
      told,
      onTrouble: ({ state }) => said.push(state),
      onOver: ({ name }) => said.push(`over: ${name}`),
    });
  const hear = async (state: ReceiverState, error?: Health['error']): Promise<void> => {
    troubles.changed({ state, since: clock.now(), ...(error && { error }) });
    await troubles.settled;
  };
  const wait = async (minutes: number): Promise<void> => {
    await clock.advance(minutes * MINUTE_MS);
    await troubles.settled;
  };

  beforeEach(() => {
    clock = new FakeClock();
    said = [];
    troubles = start();
  });

  it('is nothing when a fault passes, however often', async () => {
    for (let times = 0; times < 10; times++) {
      await hear('retrying');
      await wait(1.9);
      await hear('connected');
      await wait(1);
    }
    expect(said).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it('is a fault once when it has lasted, and its end', async () => {
    await hear('connected');
    await hear('retrying', new ILinkHttpError('getupdates', 404));
    await wait(2);
    expect(said).toEqual(['retrying']);
    await wait(600);
    expect(said).toEqual(['retrying']);
    await hear('connected');
    await wait(1);
    await hear('connected');
    expect(said).toEqual(['retrying', 'over: There is no iLink API at this address']);
  });

  it.each(['suspect', 'login_needed', 'taken_over', 'cannot_keep'] as const)(
    'is %s at once, and once, also when the network fails in between',
    async (state) => {
      await hear(state);
      expect(said).toEqual([state]);
      await hear('retrying');
      await wait(10);
      await hear(state);
      expect(said).toEqual([state]);
      await hear('connected');
      expect(said).toEqual([state, `over: ${state}`]);
    },
  );

  it('is another trouble that takes the place of the first', async () => {
    await hear('retrying');
    await wait(2);
    await hear('login_needed');
    await hear('connected');
    expect(said).toEqual(['retrying', 'login_needed', 'over: login_needed']);
  });

  it('is nothing that another process or the one before a restart has told, and the end once', async () => {
    const told = toldHere();
    troubles = start(told);
    await hear('login_needed');
    troubles = start(told);
    await hear('login_needed');
    expect(said).toEqual(['login_needed']);
    troubles = start(told);
    await hear('connected');
    troubles = start(told);
    await hear('connected');
    expect(said).toEqual(['login_needed', 'over: login_needed']);
  });

  it('is said also when it cannot be written down', async () => {
    const fails = (): Promise<never> => Promise.reject(new Error('disk'));
    troubles = start({ begin: fails, end: fails });
    await hear('cannot_keep');
    await hear('connected');
    expect(said).toEqual(['cannot_keep', 'over: cannot_keep']);
  });

  it('is nothing after the end', async () => {
    await hear('retrying');
    troubles.close();
    await wait(10);
    expect(said).toEqual([]);
  });
});
