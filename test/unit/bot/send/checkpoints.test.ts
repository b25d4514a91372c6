import { SendCheckpoints, type Checkpoint } from '../../../../bot/send/checkpoints';
import type { SendIdentity } from '../../../../bot/send/message';
import type { SendProgress, Store } from '../../../../store/store';
import { FakeClock } from '../../../support/fake-clock';

const first: SendIdentity = {
  name: '["1","w","n",0,"u"]',
  place: '["w","n",0,"u"]',
  parts: ['hello', 'there', 'again'],
  execution: '1',
  isRetry: false,
  knowsOrigin: false,
};
const retry: SendIdentity = { ...first, execution: '2', isRetry: true, knowsOrigin: true };
const progress: Checkpoint = {
  done: [{ type: 'text', outcome: 'accepted', client_id: 'c1' }],
  client_id: 'c2',
};
const NOTHING = { done: [] };

describe('SendCheckpoints', () => {
  let clock: FakeClock;
  let kept: Map<string, SendProgress>;
  let reports: string[];
  let looks: number;
  let unfinished: SendCheckpoints;
  const rows = {
    note: async (send: string, noted: SendProgress) => void kept.set(send, noted),
    find: async (send: string) => kept.get(send),
    hasAny: async (beginning: string) => {
      looks++;
      return [...kept.keys()].some((send) => send.startsWith(beginning));
    },
    findBrokenOff: async (content: string) =>
      [...kept.values()].find((noted) => noted.isOpen && noted.content === content),
    forget: async (send: string) => void kept.delete(send),
  };
  const store = { unfinished: rows } as unknown as Store;
  const unfinishedIn = (of: () => Promise<Store>): SendCheckpoints =>
    new SendCheckpoints({ store: of, clock, report: ({ code }) => void reports.push(code) });

  beforeEach(() => {
    clock = new FakeClock();
    [kept, reports, looks] = [new Map(), [], 0];
    unfinished = unfinishedIn(async () => store);
  });

  it.each<[string, Partial<SendIdentity>, boolean]>([
    ['the same execution, which tries again by itself', {}, true],
    ['the retry of the execution', { execution: '2', isRetry: true, knowsOrigin: true }, true],
    [
      'the retry of an execution that died and left nothing but what it was about to send',
      { name: 'of its own', execution: '2', isRetry: true },
      true,
    ],
    ['a later execution that means it', { execution: '2', name: 'of its own' }, false],
    [
      'the retry of another execution that sends the same',
      { name: 'other', isRetry: true, knowsOrigin: true },
      false,
    ],
  ])('is for %s', async (_who, more, goesOn) => {
    await unfinished.trying(first, progress);
    expect(await unfinished.resume({ ...first, ...more })).toEqual(goesOn ? progress : NOTHING);
  });

  it('is told as often as somebody asks', async () => {
    await unfinished.brokeOff(first, progress);
    for (const execution of ['2', '3']) {
      expect(await unfinished.resume({ ...retry, execution })).toEqual(progress);
    }
  });

  it('forgets a send that went through at the first try', async () => {
    await unfinished.trying(first, progress);
    await unfinished.finished(first, progress, false);
    expect(await unfinished.resume(first)).toEqual(NOTHING);
    await clock.advance(100);
    expect(kept.size).toBe(0);
  });

  it('forgets many sends with one write, and not one that has begun anew meanwhile', async () => {
    const second = { ...first, name: 'second' };
    for (const send of [first, second]) {
      await unfinished.trying(send, progress);
      await unfinished.finished(send, progress, false);
    }
    await unfinished.trying(second, progress);
    expect(kept.size).toBe(2);
    await clock.advance(100);
    expect(kept.size).toBe(1);
    expect(await unfinished.resume(second)).toEqual(progress);
  });

  it('finds nothing finished when a retry looks for what broke off, and leaves nothing unwritten at the end', async () => {
    await unfinished.trying(first, progress);
    await unfinished.finished(first, progress, false);
    expect(await unfinished.resume({ ...retry, name: 'of its own', knowsOrigin: false })).toEqual(NOTHING);
    expect([kept.size, clock.pending]).toEqual([0, 0]);
  });

  it('remembers what a retry has sent, for a further retry, but lets the same execution send it once more', async () => {
    await unfinished.brokeOff(first, progress);
    const all: Checkpoint = { done: [...progress.done, ...progress.done, ...progress.done] };
    await unfinished.finished(retry, all, true);
    expect(await unfinished.resume({ ...retry, execution: '3' })).toEqual(all);
    expect(await unfinished.resume(retry)).toEqual(NOTHING);
  });

  it.each<[string, string[], Checkpoint]>([
    ['a later part', ['hello', 'there', 'edited'], progress],
    ['the part that may have arrived', ['hello', 'edited', 'again'], { done: progress.done }],
    ['a part that was accepted', ['edited', 'there', 'again'], NOTHING],
    ['nothing but that there is less of it', ['hello'], { done: progress.done }],
  ])('goes on with what is still the same after somebody has edited %s', async (_what, parts, expected) => {
    await unfinished.brokeOff(first, progress);
    expect(await unfinished.resume({ ...retry, parts })).toEqual(expected);
  });

  it('looks once for all sends of a run that nobody tried before', async () => {
    const run = { name: 'run' };
    const sends = ['a', 'b', 'c'].map((name) => ({ ...first, name, run }));
    for (const send of sends) {
      expect(await unfinished.resume(send)).toEqual(NOTHING);
      await unfinished.trying(send, progress);
    }
    expect(looks).toBe(1);
  });

  it('goes on where an earlier try of the run broke off, for each send of it', async () => {
    await unfinished.brokeOff({ ...first, run: { name: 'run' } }, progress);
    const again = { name: 'run' };
    expect(await unfinished.resume({ ...first, run: again })).toEqual(progress);
    expect(await unfinished.resume({ ...first, name: 'another', run: again })).toEqual(NOTHING);
    expect(await unfinished.resume({ ...first, run: { name: 'another run' } })).toEqual(NOTHING);
    expect(await unfinished.resume({ ...retry, run: again })).toEqual(progress);
  });

  it('a retry goes on with what an earlier version has noted, which knew nothing of runs', async () => {
    await unfinished.brokeOff(first, progress);
    expect(await unfinished.resume({ ...retry, run: { name: 'run' } })).toEqual(progress);
  });

  it('is over after 14 days, as executions of n8n are', async () => {
    await unfinished.brokeOff(first, progress);
    clock.set(14 * 24 * 3_600_000);
    expect(await unfinished.resume(first)).toEqual(NOTHING);
  });

  it('notes nothing without an identity, and no text', async () => {
    await unfinished.brokeOff(undefined, progress);
    await unfinished.finished(undefined, progress, true);
    expect(kept.size).toBe(0);
    expect(await unfinished.resume(undefined)).toEqual(NOTHING);
    await unfinished.brokeOff(first, progress);
    expect(JSON.stringify([...kept])).not.toMatch(/hello|there/);
  });

  it('holds up no message when the store fails, and says so', async () => {
    const broken = unfinishedIn(() => Promise.reject(new Error('full')));
    await broken.brokeOff(first, progress);
    expect(await broken.resume(first)).toEqual(NOTHING);
    expect(reports).toHaveLength(2);
  });
});
