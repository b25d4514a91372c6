import { STEPS } from './aim';
import { crashReceiver, type StepResult } from './rounds';

const ROUNDS = 2 * STEPS.length;
/** Each round is a process that starts and dies, about 0.2 s, and far longer on a busy machine. */
const LIMIT_MS = 600_000;

const sumOf = (results: StepResult[], field: keyof Omit<StepResult, 'step'>): number =>
  results.reduce((sum, result) => sum + result[field], 0);

describe('A process that is killed at every step between a reply and its acknowledgement', () => {
  it(
    'loses nothing that it kept, and starts nothing twice',
    async () => {
      const results = await crashReceiver(ROUNDS, 'taken', () => undefined);
      expect(sumOf(results, 'kills')).toBe(ROUNDS);
      expect(sumOf(results, 'messages')).toBeGreaterThan(0);
      expect(sumOf(results, 'lostFromStore')).toBe(0);
      expect(sumOf(results, 'duplicates')).toBe(0);
      // Only what a kill before the commit cut off can be missing.
      const after = results.slice(STEPS.indexOf('after the commit'));
      expect(sumOf(after, 'lostInReply')).toBe(0);
    },
    LIMIT_MS,
  );
});
