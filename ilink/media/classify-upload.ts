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
      message: "WeChat's file server had a problem",
      next: 'This passes by itself as a rule. Try again in a minute.',
    };
  }
  if (status === 413 || (isFinal(status) && TOO_LARGE.test(errmsg))) return tooLarge(errmsg);
  if (status === 429) {
    return {
      kind: 'throttled',
      repeat: 'later',
      message: "WeChat's file server asked for a pause",
      next: 'Wait a few minutes and send fewer files at a time.',
    };
  }
  if (!isFinal(status)) return NO_FILE_SERVER;
  return {
    kind: 'upload_refused',
    repeat: 'no',
    message: "WeChat's file server refused the file",
    next: 'What is known of the reason is below. Run the node again, and if it stays, try another file to see whether it is the file or the account.',
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
    message: "The file is too large for WeChat's file server",
    next: `${limit ? `It takes at most ${limit}. ` : ''}Send a smaller file, or a link to it as text.`,
  };
}

const NO_FILE_SERVER: Verdict = {
  kind: 'wrong_address',
  repeat: 'no',
  message: "What answered is not WeChat's file server",
  next: 'Check the CDN base URL in the credential; without a reason to change it, it is https://novac2c.cdn.weixin.qq.com/c2c. A proxy in between can also be what answered.',
};

function classifyFailure(failure: Exclude<Failure, 'untrusted'>): Verdict {
  switch (failure) {
    case 'unreachable':
      return {
        kind: 'unreachable',
        repeat: 'yes',
        message: "WeChat's file server could not be reached, or broke off",
        next: 'Check that this n8n can open connections to it (internet access, DNS, proxy, firewall), and the CDN base URL in the credential.',
      };
    case 'timed_out':
      return {
        kind: 'timed_out',
        repeat: 'yes',
        message: "WeChat's file server stopped taking the file",
        next: 'The network or the server is slow. Try again in a minute. If it stays, check proxy and firewall.',
      };
    case 'unintelligible':
      return {
        kind: 'unintelligible',
        repeat: 'yes',
        message: "WeChat's file server did not say where it keeps the file",
        next: 'Check the CDN base URL in the credential. A proxy or a login page of the network can also be what answered.',
      };
  }
}
