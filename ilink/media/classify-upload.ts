import type { Failure, Observation, Verdict } from '../verdict';
import { namedFileLimit } from '../named-limit';

/**
 * What an answer of Tencent's file server (the CDN) to an upload means. It answers with HTTP statuses: a 4xx is final, and its
 * reason is in a header; anything else may pass. It has an address of its own in the credential.
 */
export function classifyUpload({ httpStatus, failure, errmsg = '' }: Observation): Verdict {
  if (failure !== undefined && failure !== 'untrusted') return classifyFailure(failure);
  const status = httpStatus ?? 200;
  if (status >= 500) {
    return {
      kind: 'server_trouble',
      repeat: 'yes',
      code: 'file_server_trouble',
    };
  }
  if (status === 413 || (isFinal(status) && TOO_LARGE.test(errmsg))) return tooLarge(errmsg);
  if (status === 429) {
    return {
      kind: 'throttled',
      repeat: 'later',
      code: 'file_server_throttled',
    };
  }
  if (!isFinal(status)) return NO_FILE_SERVER;
  return {
    kind: 'upload_refused',
    repeat: 'no',
    code: 'file_refused',
  };
}

/** What is no answer of a file server at all has an address that is wrong. */
function isFinal(status: number): boolean {
  return status >= 400 && status < 500 && ![404, 405, 429].includes(status);
}

const TOO_LARGE =
  /too (large|big)|(size|length).*(limit|max|exceed)|(exceed|max|limit|at most).{0,20}\d+\s?([KMG]i?B?|bytes?)\b/i;

/** The limit that the server names is the one that counts. */
function tooLarge(said: string): Verdict {
  const limit = namedFileLimit(said);
  return {
    kind: 'upload_refused',
    repeat: 'no',
    code: 'file_too_large',
    ...(limit && { limit }),
  };
}

const NO_FILE_SERVER: Verdict = {
  kind: 'wrong_address',
  repeat: 'no',
  code: 'no_file_server',
};

function classifyFailure(failure: Exclude<Failure, 'untrusted'>): Verdict {
  switch (failure) {
    case 'unreachable':
      return {
        kind: 'unreachable',
        repeat: 'yes',
        code: 'file_server_unreachable',
      };
    case 'timed_out':
      return {
        kind: 'timed_out',
        repeat: 'yes',
        code: 'file_server_timed_out',
      };
    case 'unintelligible':
      return {
        kind: 'unintelligible',
        repeat: 'yes',
        code: 'file_server_unintelligible',
      };
  }
}
