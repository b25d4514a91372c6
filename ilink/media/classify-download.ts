import type { Observation, Verdict } from '../verdict';

const UNREACHABLE: Verdict = {
  kind: 'unreachable',
  repeat: 'yes',
  message: 'The file could not be fetched from WeChat',
  next: 'Check that this n8n can open connections to the address of the file (internet access, DNS, proxy, firewall), then try again.',
};

const TIMED_OUT: Verdict = {
  kind: 'timed_out',
  repeat: 'yes',
  message: 'The file did not arrive in time',
  next: 'The network or the server is slow. Try again, or allow more time in the options.',
};

const GONE: Verdict = {
  kind: 'media_gone',
  repeat: 'no',
  message: 'WeChat does not give out this file (any more)',
  next: 'Files can be fetched for a limited time after the message, so fetch them at once. Ask the sender to send the file once more.',
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
