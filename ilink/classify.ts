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

const ACCEPTED: Verdict = { kind: 'accepted', repeat: 'no', code: 'accepted' };

const LOGIN_NEEDED: Verdict = {
  kind: 'login_needed',
  repeat: 'later',
  code: 'login_needed',
};

const THROTTLED: Verdict = {
  kind: 'throttled',
  repeat: 'later',
  code: 'throttled',
};

const WINDOW_CLOSED: Verdict = {
  kind: 'window_closed',
  repeat: 'no',
  code: 'window_closed',
};

const CERTIFICATE_UNTRUSTED: Verdict = {
  kind: 'certificate_untrusted',
  repeat: 'no',
  code: 'certificate_untrusted',
};

const SERVER_TROUBLE: Verdict = {
  kind: 'server_trouble',
  repeat: 'yes',
  code: 'server_trouble',
};

/**
 * Says what an answer of the API means, and whether a repeat can help.
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
        code: 'unreachable',
      };
    case 'timed_out':
      return {
        kind: 'timed_out',
        repeat: 'yes',
        code: 'timed_out',
      };
    case 'unintelligible':
      return {
        kind: 'unintelligible',
        repeat: 'yes',
        code: 'unintelligible',
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
      code: 'access_denied',
    };
  }
  if (status === 404 || status === 405 || status < 400) {
    return {
      kind: 'wrong_address',
      repeat: 'no',
      code: 'wrong_address',
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
  code: 'wrong_recipient',
};

const UNKNOWN_CODE: Verdict = {
  kind: 'unknown_code',
  repeat: 'no',
  code: 'unknown_code',
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
    code: 'login_failed',
  };
}

function classifyMinusOne(endpoint: Endpoint): Verdict {
  if (endpoint === 'getupdates') {
    return { kind: 'empty_poll', repeat: 'yes', code: 'empty_poll' };
  }
  if (endpoint === 'getuploadurl') {
    return {
      kind: 'server_trouble',
      repeat: 'few',
      code: 'upload_not_prepared',
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
  return {
    kind: 'upload_refused',
    repeat: 'no',
    code: 'upload_refused',
    ...(limit && { limit }),
  };
}

function badRequest(serverText: string, sent: readonly string[] = []): Verdict {
  if (isTooLong(serverText)) return tooLong(serverText, sent);
  return {
    kind: 'bad_request',
    repeat: 'no',
    code: 'bad_request',
  };
}

/** The limit that the server names is the one that counts. */
function tooLong(serverText: string, sent: readonly string[]): Verdict {
  const limit = namedTextLimit(serverText, sent);
  return {
    kind: 'bad_request',
    repeat: 'no',
    code: 'text_too_long',
    ...(limit && { limit }),
  };
}
