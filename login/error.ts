import type { Endpoint } from '../ilink/endpoints';
import { ILinkError } from '../ilink/errors';

/** Why a login cannot go on although the server was reached. */
export type LoginFailure =
  | 'too_many_codes'
  | 'verify_code_blocked'
  | 'foreign_host'
  | 'no_qr_code'
  | 'unusable_qr_code'
  | 'no_credentials';

interface Words {
  endpoint: Endpoint;
  message: string;
  next: string;
}

const WORDS: Record<LoginFailure, Words> = {
  too_many_codes: {
    endpoint: 'get_bot_qrcode',
    message: 'No QR code was scanned and confirmed in time',
    next: 'A QR code lives about two minutes. Have WeChat open on the phone, then start the login again. If a scan leads nowhere: remove the old bot in WeChat on the phone, use a WeChat account of mainland China, update WeChat, and if the phone asks to upgrade the OpenClaw interface version, raise the client version.',
  },
  verify_code_blocked: {
    endpoint: 'get_qrcode_status',
    message: 'WeChat blocked the login because of too many wrong numbers',
    next: 'Wait a few minutes, start the login again, and type the number that WeChat shows on the phone.',
  },
  foreign_host: {
    endpoint: 'get_qrcode_status',
    message: 'The login was sent on to a host that does not belong to WeChat, and was stopped',
    next: 'Check the API base URL, and whether a proxy changes what WeChat answers. If the address below is a new one of Tencent, please report it to the maintainers.',
  },
  no_qr_code: {
    endpoint: 'get_bot_qrcode',
    message: 'WeChat gave no QR code',
    next: 'Check the API base URL. Without a reason to change it, it is https://ilinkai.weixin.qq.com.',
  },
  unusable_qr_code: {
    endpoint: 'get_bot_qrcode',
    message: 'What came as a QR code cannot be drawn as one',
    next: 'Check the API base URL, and whether a proxy changes what WeChat answers. If it stays, please report it to the maintainers.',
  },
  no_credentials: {
    endpoint: 'get_qrcode_status',
    message: 'The login was confirmed, but WeChat returned no bot token',
    next: 'Start the login again. If it stays, please report it to the maintainers.',
  },
};

/** A login that ended without credentials. `message` and `next` are for the user. */
export class LoginError extends ILinkError {
  /** @param fact what was seen, without secrets */
  constructor(
    readonly failure: LoginFailure,
    fact = '',
  ) {
    const { endpoint, message, next } = WORDS[failure];
    const detail = `${endpoint}: ${failure}${fact && `, ${fact}`}`;
    super(endpoint, { kind: 'login_failed', repeat: 'later', message, next }, detail);
  }
}
