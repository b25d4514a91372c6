import { getEventListeners } from 'node:events';

import { Deadline } from '../../../ilink/deadline';
import { FakeClock, SteppedClock } from '../../support/fake-clock';

describe('Deadline', () => {
  it('aborts when the time is over, and says that it was that', async () => {
    const clock = new FakeClock();
    const deadline = new Deadline(clock, 1_000);
    await clock.advance(999);
    expect(deadline.signal.aborted).toBe(false);
    await clock.advance(1);
    expect(deadline.signal.aborted).toBe(true);
    expect(deadline.passed).toBe(true);
  });

  it('aborts with the reason of the caller, and takes its listener off again', () => {
    const clock = new FakeClock();
    const abort = new AbortController();
    const deadline = new Deadline(clock, 1_000, abort.signal);
    const reason = new Error('enough');
    abort.abort(reason);
    expect(deadline.signal.reason).toBe(reason);
    expect(deadline.passed).toBe(false);
    deadline.clear();
    expect(getEventListeners(abort.signal, 'abort')).toHaveLength(0);
    expect(clock.pending).toBe(0);
  });

  it('is aborted from the start when the caller was', () =>
    expect(new Deadline(new FakeClock(), 1_000, AbortSignal.abort()).signal.aborted).toBe(true));

  it('stands still while it is held, and starts anew', async () => {
    const clock = new FakeClock();
    const deadline = new Deadline(clock, 1_000);
    await clock.advance(900);
    deadline.pause();
    await clock.advance(10_000);
    deadline.restart();
    await clock.advance(999);
    expect(deadline.passed).toBe(false);
    await clock.advance(1);
    expect(deadline.passed).toBe(true);
  });

  it.each(['the time is over', 'the caller aborts'])(
    'lets what has arrived be read first where that is asked for: when %s',
    async (why) => {
      const [clock, abort] = [new SteppedClock(), new AbortController()];
      const deadline = new Deadline(clock, 1_000, abort.signal, true);
      const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
      const aborted: boolean[] = [];
      if (why === 'the caller aborts') abort.abort();
      else clock.fire();
      aborted.push(deadline.signal.aborted);
      await turn();
      aborted.push(deadline.signal.aborted);
      await turn();
      await turn();
      aborted.push(deadline.signal.aborted);
      expect(aborted).toEqual([false, false, true]);
    },
  );
});
