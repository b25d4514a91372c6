import { STEPS } from './aim';
import { crashReceiver, type StepResult } from './rounds';

const ROUNDS = 2 * STEPS.length;
/** Each round is a process that starts and dies, about 0.2 s. */
const LIMIT_MS = 60_000;

const sumOf = (results: StepResult[], field: 'kills' | 'messages' | 'lostFromStore' | 'duplicates'): number =>
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
    },
    LIMIT_MS,
  );
});
