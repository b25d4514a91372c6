import { UnfinishedSends, type Progress, type SendIdentity } from '../../../bot/unfinished';
import type { SendProgress, Store } from '../../../store/store';
import { FakeClock } from '../../support/fake-clock';

const first: SendIdentity = { name: '["w","n",0,"u","hello"]', execution: '1', isRetry: false };
const progress: Progress = {
  done: [{ type: 'text', outcome: 'accepted', client_id: 'c1' }],
  client_id: 'c2',
};

describe('UnfinishedSends', () => {
  let clock: FakeClock;
  let kept: Map<string, SendProgress>;
  let reports: string[];
  let unfinished: UnfinishedSends;
  const store = {
    noteUnfinished: async (send: string, noted: SendProgress) => void kept.set(send, noted),
    takeUnfinished: async (send: string, execution?: string) => {
      const found = kept.get(send);
      if (!found || (execution !== undefined && found.execution !== execution)) return undefined;
      kept.delete(send);
      return found;
    },
  } as unknown as Store;
  const sends = (of: () => Promise<Store | undefined>): UnfinishedSends =>
    new UnfinishedSends({ store: of, clock, report: (what) => void reports.push(what) });

  beforeEach(() => {
    clock = new FakeClock();
    [kept, reports] = [new Map(), []];
    unfinished = sends(async () => store);
  });

  it.each<[string, Partial<SendIdentity>, boolean]>([
    ['the same execution, which tries again by itself', {}, true],
    ['the retry of the execution', { execution: '2', isRetry: true }, true],
    ['a later execution that means it', { execution: '2' }, false],
    ['a send with another content', { name: 'other', isRetry: true }, false],
  ])('is for %s', async (_who, more, goesOn) => {
    await unfinished.note(first, progress);
    expect(await unfinished.resume({ ...first, ...more })).toEqual(goesOn ? progress : { done: [] });
  });

  it('is still there for the retry when the same was sent by another execution meanwhile', async () => {
    await unfinished.note(first, progress);
    await unfinished.resume({ ...first, execution: '2' });
    expect(await unfinished.resume({ ...first, execution: '3', isRetry: true })).toEqual(progress);
  });

  it('is given once', async () => {
    await unfinished.note(first, progress);
    await unfinished.resume(first);
    expect(await unfinished.resume(first)).toEqual({ done: [] });
  });

  it('is over after a day', async () => {
    await unfinished.note(first, progress);
    clock.set(24 * 3_600_000);
    expect(await unfinished.resume(first)).toEqual({ done: [] });
  });

  it('notes nothing of a send of which nothing is there, and nothing without an identity', async () => {
    await unfinished.note(first, { done: [] });
    await unfinished.note(undefined, progress);
    expect(kept.size).toBe(0);
    expect(await unfinished.resume(undefined)).toEqual({ done: [] });
  });

  it('keeps no text', async () => {
    await unfinished.note(first, progress);
    expect(JSON.stringify([...kept])).not.toContain('hello');
  });

  it('holds up no message when the store fails, and says so', async () => {
    const broken = sends(() => Promise.reject(new Error('full')));
    await broken.note(first, progress);
    expect(await broken.resume(first)).toEqual({ done: [] });
    expect(reports).toHaveLength(2);
    expect(await sends(async () => undefined).resume(first)).toEqual({ done: [] });
  });
});
