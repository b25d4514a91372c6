import type { Words } from '../texts';

/** How one check ended. `warn`: works, with something to know. `skip`: could not be checked. */
export type Verdict = 'ok' | 'warn' | 'fail' | 'skip';

export interface Finding {
  /** What was checked, in a word or two. */
  check: string;
  verdict: Verdict;
  /** What was seen. */
  message: string;
  /** What to do, where something is to be done. */
  next?: string;
}

export const ok = (check: string, message: string): Finding => ({ check, verdict: 'ok', message });
export const skip = (check: string, message: string): Finding => ({ check, verdict: 'skip', message });
export const warn = (check: string, { message, next }: Words): Finding => ({
  check,
  verdict: 'warn',
  message,
  next,
});
export const fail = (check: string, { message, next }: Words): Finding => ({
  check,
  verdict: 'fail',
  message,
  next,
});
