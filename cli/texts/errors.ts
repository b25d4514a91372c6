import { ILinkError, type ErrorCode, type ErrorFacts } from '../../ilink/errors';
import { NoHost } from '../../ilink/named-host';
import { NoAnswer, type Seen } from '../../ilink/seen';
import type { ApiCode } from '../../ilink/verdict';
import type { LoginError, LoginFailure } from '../../login/error';

/** What happened, and what to do. */
export interface Words {
  message: string;
  next: string;
}

const MINUTE = 'This passes by itself as a rule. Try again in a minute.';
const CHECK_ADDRESS = 'Check --api-base-url';
const WHATEVER = 'A proxy, or a login page of the network, can also be what answered.';
const CHECK_PROXY = `${CHECK_ADDRESS}, and whether a proxy changes what WeChat answers.`;
const REPORT = 'If it stays, please report it to the maintainers.';
const OTHER: Words = { message: 'WeChat refused the request', next: REPORT };

/** The commands bring and fetch no files, and send nothing to anybody. */
type Met = Exclude<
  ApiCode,
  'text_too_long' | 'upload_not_prepared' | 'upload_refused' | 'window_closed' | 'accepted' | 'empty_poll'
>;

const ERRORS: Record<Met | LoginFailure['code'], Words> = {
  login_needed: {
    message: 'WeChat no longer accepts the bot token',
    next: 'It was revoked, or the account was connected somewhere else since. Log in again: n8n-nodes-wechat-ilink login.',
  },
  throttled: { message: 'WeChat asked for a pause', next: 'Wait a few minutes, then try again.' },
  certificate_untrusted: {
    message: "The server's certificate is not trusted",
    next: 'Check --api-base-url and the clock of this machine. A proxy or firewall that opens encrypted connections brings a certificate of its own: name its CA certificate in NODE_EXTRA_CA_CERTS.',
  },
  server_trouble: { message: "WeChat's server had a problem", next: MINUTE },
  unreachable: {
    message: 'WeChat could not be reached',
    next: `${CHECK_ADDRESS}, and that this machine can open connections to it (internet access, DNS, proxy, firewall).`,
  },
  timed_out: {
    message: 'WeChat did not answer in time',
    next: 'The network or the server is slow. Try again in a minute. If it stays, check proxy and firewall.',
  },
  unintelligible: {
    message: 'The answer did not come from the iLink API, or was cut off',
    next: `${CHECK_ADDRESS}. ${WHATEVER}`,
  },
  access_denied: {
    message: 'Access was denied',
    next: `${CHECK_ADDRESS} and the bot token. A proxy in between can also deny access.`,
  },
  wrong_address: {
    message: 'There is no iLink API at this address',
    next: `${CHECK_ADDRESS}. It is the "baseurl" that the login returned; without one, leave the option out.`,
  },
  wrong_recipient: {
    message: 'WeChat does not know this user',
    next: 'Check "ownerUserId" in the file: upper and lower case matter.',
  },
  bad_request: {
    message: 'WeChat refused the request as invalid',
    next: 'Check "ownerUserId" in the file: it is the "ilink_user_id" that the login returned.',
  },
  unknown_code: { message: 'WeChat refused the request with a code that is not known', next: REPORT },
  login_failed: {
    message: 'WeChat refused the login',
    next: `${CHECK_ADDRESS} and --client-version. A proxy that removes headers can also be the reason.`,
  },
  too_many_codes: {
    message: 'No QR code was scanned and confirmed in time',
    next: 'A QR code lives about two minutes. Have WeChat open on the phone, then start the login again. If a scan leads nowhere: remove the old bot in WeChat on the phone, use a WeChat account of mainland China, update WeChat, and if the phone asks to upgrade the OpenClaw interface version, give a newer --client-version.',
  },
  verify_code_blocked: {
    message: 'WeChat blocked the login because of too many wrong numbers',
    next: 'Wait a few minutes, start the login again, and type the number that WeChat shows on the phone.',
  },
  foreign_host: {
    message: 'The login was sent on to a host that does not belong to WeChat, and was stopped',
    next: `${CHECK_PROXY} If the address above is a new one of Tencent, please report it to the maintainers.`,
  },
  no_qr_code: { message: 'WeChat gave no QR code', next: `${CHECK_ADDRESS}, or leave it out.` },
  unusable_qr_code: {
    message: 'What came as a QR code cannot be drawn as one',
    next: `${CHECK_PROXY} ${REPORT}`,
  },
  no_credentials: {
    message: 'The login was confirmed, but WeChat returned no bot token',
    next: `Start the login again. ${REPORT}`,
  },
};

const NO_HOST: Record<string, string> = {
  [NoHost.none]: 'no host',
  [NoHost.withheld]: 'a host that repeats what was asked for',
};

const NO_ANSWER: Record<string, string> = {
  [NoAnswer.inTime]: 'no answer within the limit',
  [NoAnswer.wholeInTime]: 'not whole within the limit',
};

/** What an error of the protocol or of a login means, and what to do. */
export function wordsOf({ code }: { code: ErrorCode | LoginFailure['code'] }): Words {
  return (ERRORS as Partial<Record<string, Words>>)[code] ?? OTHER;
}

/** What was seen, for whoever looks for the reason. */
export function detailOf(error: ILinkError | LoginError): string {
  const { endpoint } = error;
  if (error instanceof ILinkError) return `${endpoint}${seenWords(error.facts)}`;
  const { failure } = error;
  const seen = 'facts' in failure ? `, ${seenFacts(failure)}` : '';
  return `${endpoint}: ${failure.code}${seen}`;
}

function seenFacts(failure: Extract<LoginFailure, { facts: object }>): string {
  switch (failure.code) {
    case 'foreign_host':
      return NO_HOST[failure.facts.host] ?? failure.facts.host;
    case 'unusable_qr_code':
      return `${failure.facts.bytes} bytes`;
    case 'no_credentials':
      return `${failure.facts.missing} is missing`;
    default:
      return `${failure.facts.codes} codes`;
  }
}

function seenWords({ seen }: ErrorFacts): string {
  switch (seen.code) {
    case 'errcode':
      return ` answered code ${seen.facts.errcode}${quoted(seen.facts.phrase)}`;
    case 'status':
      return ` answered HTTP ${seen.facts.status}${quoted(seen.facts.phrase)}`;
    case 'no_answer':
      return `: ${NO_ANSWER[seen.facts.reason] ?? seen.facts.reason}`;
    default:
      return `: ${unreadableWords(seen)}`;
  }
}

function unreadableWords(seen: Seen): string {
  if (seen.code === 'answer_too_large') return `the answer is larger than ${seen.facts.maxBytes} bytes`;
  if (seen.code === 'errcode_no_number') return 'the code in the answer is no number';
  return 'the answer is not a JSON object';
}

function quoted(phrase: string | undefined): string {
  return phrase === undefined ? '' : `, "${phrase}"`;
}
