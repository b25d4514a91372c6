import type { BotReport } from '../../../bot/report';
import { Housekeeping } from '../../../bot/housekeeping';
import type { Retention } from '../../../store/store';
import { FakeClock } from '../../support/fake-clock';

const MINUTE_MS = 60_000;
const DAY_MS = 1_440 * MINUTE_MS;

/** A store that only writes down what is asked of it. */
class NotedStore {
  readonly pruned: Retention[] = [];
  waiting = 0;
  failing = false;
  private begunAt = -Infinity;

  readonly jobs = {
    claim: async (_name: string, now: number, everyMs: number): Promise<boolean> => {
      if (now - this.begunAt < everyMs && now >= this.begunAt) return false;
      this.begunAt = now;
      return true;
    },
  };

  async prune(limits: Retention) {
    if (this.failing) throw new Error('busy');
    this.pruned.push(limits);
    return { messages: 0, waiting: this.waiting };
  }
}

describe('Housekeeping', () => {
  let clock: FakeClock;
  let store: NotedStore;
  let reports: BotReport[];
  let start: number;
  const housekeeping = (): Housekeeping =>
    new Housekeeping({
      store,
      keep: { days: 7, messages: 500 },
      clock,
      report: (event) => reports.push(event),
    });
  const pass = async (minutes: number, ...all: Housekeeping[]): Promise<void> => {
    for (let minute = 0; minute < minutes; minute++) {
      all.forEach((one) => one.tick());
      await clock.advance(MINUTE_MS);
    }
  };

  beforeEach(() => {
    clock = new FakeClock();
    store = new NotedStore();
    reports = [];
    start = clock.now();
  });

  it('prunes now and then, by age and number', async () => {
    await pass(25, housekeeping());
    expect(store.pruned).toHaveLength(2);
    expect(store.pruned[0]).toEqual({
      before: start + 10 * MINUTE_MS - 7 * DAY_MS,
      messages: 500,
      waiting: 100_000,
    });
    expect(reports).toEqual([]);
  });

  it('prunes once for all bots, whose polls it is told of, and for all processes', async () => {
    const [one, other] = [housekeeping(), housekeeping()];
    await pass(25, one, one, one, other);
    expect(store.pruned).toHaveLength(2);
  });

  it('prunes nothing right after a start: what waits for its workflow since long ago is handed over first', async () => {
    await pass(10, housekeeping());
    expect(store.pruned).toEqual([]);
  });

  it.each([8, -8])('prunes nothing right after the clock was set by %i days, but later', async (days) => {
    const one = housekeeping();
    await pass(25, one);
    store.pruned.length = 0;
    clock.set(days * DAY_MS);
    await pass(10, one);
    expect(store.pruned).toEqual([]);
    await pass(1, one);
    expect(store.pruned).toHaveLength(1);
  });

  it('says how many messages went that no workflow had taken', async () => {
    store.waiting = 3;
    await pass(11, housekeeping());
    expect(reports).toEqual([{ code: 'waiting_pruned', facts: { messages: 3, days: 7 } }]);
  });

  it('says when it could not, and tries again', async () => {
    store.failing = true;
    const one = housekeeping();
    await pass(11, one);
    expect(reports).toEqual([{ code: 'prune_failed' }]);
    store.failing = false;
    await pass(10, one);
    expect(store.pruned).toHaveLength(1);
  });
});
