import { inParallel } from '../../../../../nodes/WeChat/shared/inParallel';
import { settle } from '../../../../support/fake-clock';

/** Tasks that end when the test says so. */
class Tasks {
  running = 0;
  readonly held: Array<PromiseWithResolvers<string>> = [];
  readonly signals: AbortSignal[] = [];

  readonly action = async (index: number, signal: AbortSignal): Promise<string> => {
    this.running++;
    this.signals[index] = signal;
    const held = (this.held[index] = Promise.withResolvers<string>());
    signal.addEventListener('abort', () => held.reject(signal.reason));
    try {
      return await held.promise;
    } finally {
      this.running--;
    }
  };
}

describe('inParallel', () => {
  it('gives the results in the order of the inputs, and never does more at once than allowed', async () => {
    const tasks = new Tasks();
    const all = inParallel([0, 1, 2, 3], 2, tasks.action);
    await settle();
    expect(tasks.running).toBe(2);
    tasks.held[1]!.resolve('b');
    await settle();
    expect([tasks.running, tasks.held.length]).toEqual([2, 3]);
    tasks.held[2]!.resolve('c');
    tasks.held[0]!.resolve('a');
    await settle();
    tasks.held[3]!.resolve('d');
    expect(await all).toEqual(['a', 'b', 'c', 'd']);
  });

  it('stops the others when one fails, starts no more, and rejects when all are over', async () => {
    const tasks = new Tasks();
    const all = inParallel([0, 1, 2], 2, tasks.action);
    await settle();
    tasks.held[1]!.reject(new Error('first'));
    await expect(all).rejects.toThrow('first');
    expect([tasks.running, tasks.held.length]).toEqual([0, 2]);
  });

  it('tells all when it is cancelled from outside', async () => {
    const tasks = new Tasks();
    const abort = new AbortController();
    const all = inParallel([0, 1], 2, tasks.action, abort.signal);
    await settle();
    abort.abort(new Error('cancelled'));
    await expect(all).rejects.toThrow('cancelled');
    expect(tasks.signals.every(({ aborted }) => aborted)).toBe(true);
  });

  it('has nothing to do with nothing', async () => {
    expect(await inParallel([], 3, async () => 1)).toEqual([]);
  });
});
