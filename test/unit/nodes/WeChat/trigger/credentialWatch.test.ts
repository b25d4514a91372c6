import { CredentialWatch, LOOK_MS, type Hurried } from '../../../../../nodes/WeChat/trigger/credentialWatch';
import { seededRandom } from '../../../../support/seeded-random';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Triggers of one process, each of which is asked every ten seconds. */
function triggers(count: number, random = seededRandom(1), isTest = false) {
  let time = 0;
  const hurried: Hurried = new Set();
  const watches = Array.from(
    { length: count },
    () => new CredentialWatch({ now: () => time, random, hurried, isTest }),
  );
  /** @returns how many looked in each round */
  const rounds = (ms: number, saved?: string): number[] => {
    const looks: number[] = [];
    for (const end = time + ms; time < end;) {
      time += LOOK_MS;
      const due = watches.filter((watch) => watch.isDue(saved));
      for (const watch of due) watch.wasRead(true);
      looks.push(due.length);
    }
    return looks;
  };
  return { watches, hurried, rounds };
}

const sum = (numbers: number[]): number => numbers.reduce((one, other) => one + other, 0);

describe('CredentialWatch', () => {
  it.each([
    ['five', 0, 5 * MINUTE_MS],
    ['ten', 0.5, 10 * MINUTE_MS],
    ['fifteen', 0.999, 15 * MINUTE_MS],
  ])('looks after five to fifteen minutes while all is well: %s', (_name, random, afterMs) => {
    const { watches, rounds } = triggers(1, () => random);
    watches[0]!.changed('connected');
    expect(sum(rounds(afterMs - LOOK_MS))).toBe(0);
    expect(sum(rounds(LOOK_MS))).toBe(1);
    expect(sum(rounds(afterMs - LOOK_MS))).toBe(0);
    expect(sum(rounds(LOOK_MS))).toBe(1);
  });

  it.each(['login_needed', 'taken_over', 'suspect', 'retrying', 'standby'] as const)(
    'looks every ten seconds while it is %s, and rarely again when that is over',
    (state) => {
      const { watches, hurried, rounds } = triggers(1);
      watches[0]!.changed('connected');
      watches[0]!.changed(state);
      expect(rounds(MINUTE_MS)).toEqual([1, 1, 1, 1, 1, 1]);
      watches[0]!.changed('connected');
      expect(sum(rounds(4 * MINUTE_MS))).toBe(0);
      expect(hurried.size).toBe(0);
    },
  );

  it('looks at the next question when a login has written the credential, once', () => {
    const { rounds } = triggers(1, () => 0.5);
    expect(rounds(LOOK_MS, 'first')).toEqual([1]);
    expect(rounds(MINUTE_MS, 'first')).toEqual([0, 0, 0, 0, 0, 0]);
    expect(rounds(2 * LOOK_MS)).toEqual([0, 0]);
    expect(rounds(2 * LOOK_MS, 'second')).toEqual([1, 0]);
  });

  it('looks again soon after one that could not be read', () => {
    const { watches, rounds } = triggers(1, () => 0.5);
    watches[0]!.wasRead(false);
    expect(rounds(LOOK_MS)).toEqual([1]);
    expect(sum(rounds(5 * MINUTE_MS))).toBe(0);
  });

  it('looks every ten seconds for somebody who tests in the editor', () => {
    expect(triggers(1, seededRandom(1), true).rounds(3 * LOOK_MS)).toEqual([1, 1, 1]);
  });

  it('looks six times an hour for each of a thousand, and never for many of them at once', () => {
    const { watches, rounds } = triggers(1_000);
    for (const watch of watches) watch.changed('connected');
    const looks = rounds(2 * HOUR_MS);
    expect(sum(looks) / 2_000).toBeGreaterThan(5);
    expect(sum(looks) / 2_000).toBeLessThan(7);
    expect(Math.max(...looks)).toBeLessThan(50);
  });

  it('spreads the looks of a thousand that lose the server at once', () => {
    const { watches, rounds } = triggers(1_000);
    for (const watch of watches) watch.changed('retrying');
    const looks = rounds(HOUR_MS);
    expect(sum(looks) / 1_000).toBeLessThan(8);
    expect(Math.max(...looks)).toBeLessThan(50);
  });

  it('counts one that is closed no more', () => {
    const { watches, hurried } = triggers(1);
    watches[0]!.changed('retrying');
    expect(hurried.size).toBe(1);
    watches[0]!.close();
    expect(hurried.size).toBe(0);
  });
});
