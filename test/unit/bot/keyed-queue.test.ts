import { KeyedQueue } from '../../../bot/keyed-queue';
import { settle } from '../../support/fake-clock';

describe('KeyedQueue', () => {
  let queue: KeyedQueue;
  let log: string[];
  const slow = (name: string) => {
    const end = Promise.withResolvers<void>();
    const action = async (): Promise<string> => {
      log.push(`${name} begins`);
      await end.promise;
      log.push(`${name} ends`);
      return name;
    };
    return { action, ...end };
  };

  beforeEach(() => {
    queue = new KeyedQueue();
    log = [];
  });

  it('runs what has the same key one after another, in the order of the calls', async () => {
    const [a, b, c] = [slow('a'), slow('b'), slow('c')];
    const results = [a, b, c].map(({ action }) => queue.run('user', action));
    [c, b, a].forEach(({ resolve }) => resolve());
    expect(await Promise.all(results)).toEqual(['a', 'b', 'c']);
    expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
  });

  it('lets different keys not wait for each other, and begins at once', () => {
    void queue.run('user', slow('a').action);
    void queue.run('another', slow('b').action);
    expect(log).toEqual(['a begins', 'b begins']);
  });

  it('goes on after a failure, which only its caller sees', async () => {
    const a = slow('a');
    const failed = queue.run('user', a.action);
    const next = queue.run('user', async () => 'next');
    a.reject(new Error('full'));
    await expect(failed).rejects.toThrow('full');
    expect(await next).toBe('next');
  });

  it('forgets a key when nothing of it is under way any more', async () => {
    const [a, b] = [slow('a'), slow('b')];
    const results = [queue.run('user', a.action), queue.run('user', b.action)];
    a.resolve();
    await settle();
    expect(queue.size).toBe(1);
    b.reject(new Error('full'));
    await Promise.allSettled(results);
    await settle();
    expect(queue.size).toBe(0);
  });
});
