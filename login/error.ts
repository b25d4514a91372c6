import type { Endpoint } from '../ilink/endpoints';
import { technically } from '../ilink/seen';

/** Why a login ended without credentials although the server was reached, and what was seen; nothing of it is a secret. */
export type LoginFailure =
  /** So many QR codes were shown, and none was scanned and confirmed in time. */
  | { code: 'too_many_codes'; facts: { codes: number } }
  /** So many QR codes ended because of wrong numbers. */
  | { code: 'verify_code_blocked'; facts: { codes: number } }
  /** The server sent the login on to this host, which is none of Tencent's. */
  | { code: 'foreign_host'; facts: { host: string } }
  | { code: 'no_qr_code' }
  /** What came is no address that fits into a code. */
  | { code: 'unusable_qr_code'; facts: { bytes: number } }
  | { code: 'no_credentials'; facts: { missing: 'bot_token' | 'ilink_bot_id' } };

const ENDPOINTS: Record<LoginFailure['code'], Endpoint> = {
  too_many_codes: 'get_bot_qrcode',
  verify_code_blocked: 'get_qrcode_status',
  foreign_host: 'get_qrcode_status',
  no_qr_code: 'get_bot_qrcode',
  unusable_qr_code: 'get_bot_qrcode',
  no_credentials: 'get_qrcode_status',
};

/** A login that ended without credentials. */
export class LoginError extends Error {
  readonly code: LoginFailure['code'];
  readonly endpoint: Endpoint;

  constructor(readonly failure: LoginFailure) {
    const endpoint = ENDPOINTS[failure.code];
    super(`${endpoint}: ${technically(failure.code)}`);
    this.name = 'LoginError';
    this.code = failure.code;
    this.endpoint = endpoint;
  }
}
