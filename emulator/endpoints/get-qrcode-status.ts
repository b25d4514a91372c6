import { warnAboutApp } from '../auth';
import type { Login, LoginHost, LoginStatus } from '../login';
import { ABORTED, answer, type Answer, type Call } from '../world';

/** Headers of the other endpoints, which the status GET does not carry. */
const FOREIGN_HEADERS = ['authorization', 'authorizationtype', 'x-wechat-uin'];

/** Long poll for the state of a login. A code that the server does not know has expired. */
export async function getQrcodeStatus(call: Call, host: LoginHost): Promise<Answer> {
  if (call.method !== 'GET') {
    call.note('refused', 'wrong_method', 'get_qrcode_status wants GET');
    return { status: 405, headers: { Allow: 'GET' }, body: '', outcome: 'wrong method' };
  }
  warnAboutHeaders(call);
  const login = call.world.logins.find(call.url.searchParams.get('qrcode') ?? '');
  if (!login) {
    call.note('warning', 'unknown_qrcode', 'The server knows no such qrcode');
    return answer({ ret: 0, status: 'expired' }, 'expired');
  }
  const code = call.url.searchParams.get('verify_code');
  // At the host that has sent the client on, a number is not looked at.
  const counts = code !== null && !(login.redirected && host === 'api');
  const judged = counts && login.status === 'need_verifycode';
  if (judged) call.world.logins.enterCode(login, code);
  const status = await call.world.logins.status(login, host, call.connection, judged);
  return call.connection.closed ? ABORTED : answer(statusBody(call, login, status), status);
}

function statusBody({ world }: Call, login: Login, status: LoginStatus): object {
  if (status === 'scaned_but_redirect') {
    return { ret: 0, status, redirect_host: new URL(world.urls.redirect).host };
  }
  return status === 'confirmed' ? { ret: 0, status, ...login.credentials } : { ret: 0, status };
}

function warnAboutHeaders(call: Call): void {
  warnAboutApp(call);
  for (const header of FOREIGN_HEADERS) {
    if (call.headers[header] === undefined) continue;
    call.note(
      'warning',
      'status_with_foreign_header',
      `The status GET carries only the iLink-App-* headers, not ${header}`,
    );
  }
}
