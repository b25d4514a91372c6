import type { Endpoint } from './endpoints';
import { effectiveCode } from './effective-code';
import { classifyDownload } from './media/classify-download';
import { classifyUpload } from './media/classify-upload';
import type { Failure, Observation, Verdict } from './verdict';
import { namedFileLimit, namedTextLimit } from './named-limit';
import {
  isAboutClosedWindow,
  isAboutContextToken,
  isGeneral,
  isNoTicket,
  isTooFast,
  isTooLong,
} from './server-words';

const ACCEPTED: Verdict = { kind: 'accepted', repeat: 'no', message: 'Accepted by WeChat', next: '' };

const LOGIN_NEEDED: Verdict = {
  kind: 'login_needed',
  repeat: 'later',
  message: 'WeChat no longer accepts the bot token. Log in again',
  next: 'The token was revoked, or the account was connected somewhere else since: one WeChat account has one live bot. Log in again with a QR code and put the new bot token into the credential. Running workflows pick it up by themselves.',
};

const THROTTLED: Verdict = {
  kind: 'throttled',
  repeat: 'later',
  message: 'WeChat asked for a pause',
  next: 'The code is reported both for a rate limit and for the end of a session. Wait a few minutes and send less often. If it stays, log in again.',
};

const WINDOW_CLOSED: Verdict = {
  kind: 'window_closed',
  repeat: 'no',
  message: 'The conversation is closed until the user writes again',
  next: 'WeChat lets a bot send 10 messages, within 24 hours, after each message of the user. Ask the user to write anything to the bot, then send again. Repeating before that does not help and can lengthen the pause.',
};

const CERTIFICATE_UNTRUSTED: Verdict = {
  kind: 'certificate_untrusted',
  repeat: 'no',
  message: "The server's certificate is not trusted",
  next: 'Nothing was sent. Check the address in the credential and the clock of this machine. A proxy or firewall that opens encrypted connections brings a certificate of its own: give its CA certificate to n8n with NODE_EXTRA_CA_CERTS, and restart n8n.',
};

const SERVER_TROUBLE: Verdict = {
  kind: 'server_trouble',
  repeat: 'yes',
  message: "WeChat's server had a problem",
  next: 'This passes by itself as a rule. Try again in a minute.',
};

/**
 * Says what an answer of the API means, whether a repeat can help, and what the user should do.
 * The table is that of the protocol notes ("Replies: ret and errcode"); every row has a test.
 */
export function classify(observation: Observation): Verdict {
  if (observation.failure === 'untrusted') return CERTIFICATE_UNTRUSTED;
  if (observation.endpoint === 'cdn_upload') return classifyUpload(observation);
  const ofDownload = observation.endpoint === 'cdn_download' ? classifyDownload(observation) : undefined;
  if (ofDownload) return ofDownload;
  if (observation.failure !== undefined) return classifyFailure(observation.failure);
  const status = observation.httpStatus ?? 200;
  if (status < 200 || status >= 300) return classifyStatus(status);
  return classifyCode(observation);
}

function classifyFailure(failure: Exclude<Failure, 'untrusted'>): Verdict {
  switch (failure) {
    case 'unreachable':
      return {
        kind: 'unreachable',
        repeat: 'yes',
        message: 'WeChat could not be reached',
        next: 'Check the API base URL in the credential, and that this n8n can open connections to it (internet access, DNS, proxy, firewall).',
      };
    case 'timed_out':
      return {
        kind: 'timed_out',
        repeat: 'yes',
        message: 'WeChat did not answer in time',
        next: 'The network or the server is slow. Try again in a minute. If it stays, check proxy and firewall.',
      };
    case 'unintelligible':
      return {
        kind: 'unintelligible',
        repeat: 'yes',
        message: 'The answer did not come from the iLink API, or was cut off',
        next: 'Check the API base URL in the credential. A proxy or a login page of the network can also be what answered.',
      };
  }
}

function classifyStatus(status: number): Verdict {
  if (status >= 500) return SERVER_TROUBLE;
  if (status === 429) return THROTTLED;
  if (status === 401 || status === 403) {
    return {
      kind: 'access_denied',
      repeat: 'no',
      message: 'Access was denied',
      next: 'Check the bot token and the API base URL in the credential. A proxy in between can also deny access.',
    };
  }
  if (status === 404 || status === 405 || status < 400) {
    return {
      kind: 'wrong_address',
      repeat: 'no',
      message: 'There is no iLink API at this address',
      next: 'Check the API base URL in the credential. It is the "baseurl" that the login returned; without one it is https://ilinkai.weixin.qq.com.',
    };
  }
  return badRequest('');
}

function classifyCode(observation: Observation): Verdict {
  const { endpoint, errmsg = '', sent = [] } = observation;
  if (LOGIN_ENDPOINTS.includes(endpoint)) return classifyLogin(effectiveCode(observation));
  const code = effectiveCode(observation);
  if (code !== 0 && code !== -14 && isTooFast(errmsg, sent)) return THROTTLED;
  switch (code) {
    case 0:
      return ACCEPTED;
    case -14:
      return LOGIN_NEEDED;
    case -13:
      return THROTTLED;
    case -1:
      return classifyMinusOne(endpoint);
    case -2:
      return classifyMinusTwo(observation);
    case -3:
      return WRONG_RECIPIENT;
    case -4:
      return endpoint === 'getconfig' ? WINDOW_CLOSED : UNKNOWN_CODE;
    case 1:
      return endpoint === 'getconfig' && isNoTicket(errmsg) ? WINDOW_CLOSED : UNKNOWN_CODE;
    default:
      return UNKNOWN_CODE;
  }
}

const WRONG_RECIPIENT: Verdict = {
  kind: 'wrong_recipient',
  repeat: 'no',
  message: 'WeChat does not know this recipient',
  next: 'Check "To": ids look like …@im.wechat and upper and lower case matter. Use the from_user_id of a message that came from this user.',
};

const UNKNOWN_CODE: Verdict = {
  kind: 'unknown_code',
  repeat: 'no',
  message: 'WeChat refused the request with a code that is not known',
  next: 'Look at the code below. If it stays, please report it to the maintainers of this node.',
};

const LOGIN_ENDPOINTS: readonly Endpoint[] = ['get_bot_qrcode', 'get_qrcode_status'];

/** There is no token yet that could be stale, and nothing in the request that the user could correct. */
function classifyLogin(code: number): Verdict {
  if (code === 0) return ACCEPTED;
  if (code === -1) return SERVER_TROUBLE;
  if (code === -13) return THROTTLED;
  return {
    kind: 'login_failed',
    repeat: 'no',
    message: 'WeChat refused the login',
    next: 'Check the API base URL and the client version. A proxy that removes headers can also be the reason. The code that WeChat gave is below.',
  };
}

function classifyMinusOne(endpoint: Endpoint): Verdict {
  if (endpoint === 'getupdates') {
    return { kind: 'empty_poll', repeat: 'yes', message: 'Nothing new', next: '' };
  }
  if (endpoint === 'getuploadurl') {
    return {
      kind: 'server_trouble',
      repeat: 'few',
      message: 'WeChat could not prepare the upload',
      next: 'Either WeChat had a problem, or it does not know the recipient. Check "To", then try again.',
    };
  }
  return { ...SERVER_TROUBLE, repeat: 'few' };
}

function classifyMinusTwo({ endpoint, errmsg, sent = [] }: Observation): Verdict {
  const text = (errmsg ?? '').trim().toLowerCase();
  if (endpoint === 'sendmessage' && isGeneral(text)) return WINDOW_CLOSED;
  if (endpoint === 'getuploadurl') return uploadRefused(text, sent);
  if (text === 'invalid ilink_user_id') return WRONG_RECIPIENT;
  if (endpoint !== 'sendmessage') return badRequest('');
  if (isAboutContextToken(text, sent)) return { ...badRequest(''), kind: 'context_token_refused' };
  return isAboutClosedWindow(text, sent) ? WINDOW_CLOSED : badRequest(text, sent);
}

function uploadRefused(serverText: string, sent: readonly string[]): Verdict {
  const limit = namedFileLimit(serverText, sent);
  const size = limit && `WeChat takes at most ${limit} there. `;
  return {
    kind: 'upload_refused',
    repeat: 'no',
    message: 'WeChat refused the upload for this account',
    next: `${size ?? ''}Some accounts may not send files of this kind or size. Try a smaller file or another type, or send a link as text.`,
  };
}

function badRequest(serverText: string, sent: readonly string[] = []): Verdict {
  if (isTooLong(serverText)) return tooLong(serverText, sent);
  return {
    kind: 'bad_request',
    repeat: 'no',
    message: 'WeChat refused the request as invalid',
    next: 'Check the parameters of the node, "To" and "Context Token" first. The code that WeChat answered with is below.',
  };
}

/** The limit that the server names is the one that counts; 16,384 bytes is what was reported. */
function tooLong(serverText: string, sent: readonly string[]): Verdict {
  const named = namedTextLimit(serverText, sent);
  const limit = named ?? '16,384 bytes of text (about 5,400 Chinese characters)';
  return {
    kind: 'bad_request',
    repeat: 'no',
    message: 'The text is too long for one WeChat message',
    next: `One message holds at most ${limit}. Send it in several messages, with a smaller "Max Characters per Message".`,
  };
}
