import type { Observation, Verdict } from '../verdict';

const UNREACHABLE: Verdict = {
  kind: 'unreachable',
  repeat: 'yes',
  code: 'fetch_failed',
};

const TIMED_OUT: Verdict = {
  kind: 'timed_out',
  repeat: 'yes',
  code: 'fetch_timed_out',
};

const GONE: Verdict = {
  kind: 'media_gone',
  repeat: 'no',
  code: 'file_gone',
};

/**
 * What it means that a file did not come from the CDN; nothing when it means the same as everywhere. The credential and the
 * API's address, which the general texts point to, have no part in it.
 */
export function classifyDownload({ failure, httpStatus = 200 }: Observation): Verdict | undefined {
  if (failure === 'timed_out') return TIMED_OUT;
  if (failure !== undefined) return UNREACHABLE;
  return httpStatus >= 300 && httpStatus < 500 && httpStatus !== 429 ? GONE : undefined;
}
