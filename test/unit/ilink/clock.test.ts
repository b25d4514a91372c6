import { getEventListeners } from 'node:events';

import { sleep } from '../../../ilink/clock';
import { FakeClock, settle } from '../../support/fake-clock';

describe('sleep', () => {
  it('ends when the time has come and not before', async () => {
    const clock = new FakeClock();
    let awake = false;
    void sleep(clock, 1_000).then(() => (awake = true));
    await clock.advance(999);
    expect(awake).toBe(false);
    await clock.advance(1);
    expect(awake).toBe(true);
  });

  it('ends at once when the signal aborts, and leaves neither timer nor listener', async () => {
    const clock = new FakeClock();
    const abort = new AbortController();
    const slept = sleep(clock, 60_000, abort.signal);
    abort.abort();
    await slept;
    expect(clock.pending).toBe(0);
    expect(getEventListeners(abort.signal, 'abort')).toHaveLength(0);
  });

  it('does not begin when the signal was aborted before', async () => {
    const clock = new FakeClock();
    await sleep(clock, 60_000, AbortSignal.abort());
    expect(clock.pending).toBe(0);
  });

  it('takes its listener off a signal that lives on', async () => {
    const clock = new FakeClock();
    const { signal } = new AbortController();
    for (let round = 0; round < 50; round++) {
      void sleep(clock, 10, signal);
      await clock.advance(10);
    }
    await settle();
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });
});
