import { getEventListeners } from 'node:events';

import { Limit } from '../../../ilink/limit';
import { FakeClock, SteppedClock } from '../../support/fake-clock';

describe('Limit', () => {
  it('aborts when the time is over, and says that it was that', async () => {
    const clock = new FakeClock();
    const limit = new Limit(clock, 1_000);
    await clock.advance(999);
    expect(limit.signal.aborted).toBe(false);
    await clock.advance(1);
    expect(limit.signal.aborted).toBe(true);
    expect(limit.passed).toBe(true);
  });

  it('aborts with the reason of the caller, and takes its listener off again', () => {
    const clock = new FakeClock();
    const abort = new AbortController();
    const limit = new Limit(clock, 1_000, abort.signal);
    const reason = new Error('enough');
    abort.abort(reason);
    expect(limit.signal.reason).toBe(reason);
    expect(limit.passed).toBe(false);
    limit.clear();
    expect(getEventListeners(abort.signal, 'abort')).toHaveLength(0);
    expect(clock.pending).toBe(0);
  });

  it('is aborted from the start when the caller was', () =>
    expect(new Limit(new FakeClock(), 1_000, AbortSignal.abort()).signal.aborted).toBe(true));

  it('stands still while it is held, and starts anew', async () => {
    const clock = new FakeClock();
    const limit = new Limit(clock, 1_000);
    await clock.advance(900);
    limit.hold();
    await clock.advance(10_000);
    limit.restart();
    await clock.advance(999);
    expect(limit.passed).toBe(false);
    await clock.advance(1);
    expect(limit.passed).toBe(true);
  });

  it.each(['the time is over', 'the caller aborts'])(
    'lets what has arrived be read first where that is asked for: when %s',
    async (why) => {
      const [clock, abort] = [new SteppedClock(), new AbortController()];
      const limit = new Limit(clock, 1_000, abort.signal, true);
      const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
      const aborted: boolean[] = [];
      if (why === 'the caller aborts') abort.abort();
      else clock.fire();
      aborted.push(limit.signal.aborted);
      await turn();
      aborted.push(limit.signal.aborted);
      await turn();
      await turn();
      aborted.push(limit.signal.aborted);
      expect(aborted).toEqual([false, false, true]);
    },
  );
});
