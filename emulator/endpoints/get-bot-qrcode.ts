import { warnAboutApp } from '../auth';
import { answer, refuse, type Answer, type Call } from '../world';

/** `bot_type` of a personal account's bot, the only one seen. */
const BOT_TYPE = '3';

/**
 * Starts a login: a code to poll with, and a URL to draw as a QR code.
 * @param hasBody whether the request carried one: POST must, GET (the older form) has none
 */
export function getBotQrcode(call: Call, hasBody: boolean): Answer {
  const { method, url, headers, body, world } = call;
  if (method !== 'POST' && method !== 'GET') {
    call.note('refused', 'wrong_method', 'get_bot_qrcode wants POST');
    return { status: 405, headers: { Allow: 'POST, GET' }, body: '', outcome: 'wrong method' };
  }
  if (url.searchParams.get('bot_type') !== BOT_TYPE) {
    return refuse(call, -2, 'invalid bot_type', 'bot_type_wrong', 'bot_type must be 3');
  }
  warnAboutApp(call);
  if (headers.authorization !== undefined) {
    call.note('warning', 'login_with_authorization', 'The QR request carries no Authorization');
  }
  if (body['base_info'] !== undefined)
    call.note('warning', 'login_with_base_info', 'The QR request carries no base_info');
  const tokens = body['local_token_list'];
  if (method === 'POST' && (!hasBody || !isTextList(tokens))) {
    call.note('warning', 'local_token_list_missing', 'The POST wants {"local_token_list": []}');
  }
  const login = world.logins.create(
    isTextList(tokens) ? tokens : [],
    Number(headers['ilink-app-clientversion'] ?? 0),
  );
  return answer({ ret: 0, qrcode: login.qrcode, qrcode_img_content: login.qr_url });
}

function isTextList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string');
}
