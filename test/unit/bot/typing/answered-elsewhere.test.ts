import { AnsweredElsewhere } from '../../../../bot/typing/answered-elsewhere';
import { FakeClock, settle } from '../../../support/fake-clock';

describe('An answer of another process', () => {
  let clock: FakeClock;
  let held: string[];
  let sent: Record<string, number | undefined>;
  let asked: number;
  let answered: string[];
  const watching = (several = true): AnsweredElsewhere =>
    new AnsweredElsewhere({
      mayBe: async () => several,
      sentTo: async (userId) => {
        asked++;
        return sent[userId];
      },
      held: () => held,
      answered: (userId) => {
        answered.push(userId);
        held = held.filter((it) => it !== userId);
      },
      clock,
    });

  beforeEach(() => {
    clock = new FakeClock();
    [held, sent, asked, answered] = [['a', 'b'], { a: 3, b: 0 }, 0, []];
  });

  it('is noticed within a second, for the one who had it', async () => {
    watching().watch();
    await clock.advance(5_000);
    expect(answered).toEqual([]);
    sent.a = 4;
    await clock.advance(999);
    expect(answered).toEqual(['a']);
    await clock.advance(5_000);
    expect(answered).toEqual(['a']);
  });

  it('is not what the user writes, by which the count begins anew', async () => {
    watching().watch();
    await settle();
    sent.a = 0;
    await clock.advance(2_000);
    expect(answered).toEqual([]);
    sent.a = 1;
    await clock.advance(1_000);
    expect(answered).toEqual(['a']);
  });

  it('is looked for only while typing is shown, and by one look for all', async () => {
    const watcher = watching();
    watcher.watch();
    watcher.watch();
    await settle();
    expect([asked, clock.pending]).toEqual([2, 1]);
    held = [];
    await clock.advance(1_000);
    expect([asked, clock.pending]).toEqual([2, 0]);
    held = ['b'];
    watcher.watch();
    await settle();
    expect(asked).toBe(3);
  });

  it('is not looked for where there is no other process, and a store that fails stops nothing', async () => {
    watching(false).watch();
    await clock.advance(5_000);
    expect([asked, clock.pending]).toEqual([0, 0]);
    const watcher = watching();
    sent = new Proxy(
      {},
      {
        get: () => {
          throw new Error('full');
        },
      },
    );
    watcher.watch();
    await settle();
    expect(clock.pending).toBe(0);
  });
});
