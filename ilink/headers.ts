import { encodeClientVersion } from './version';

/** Four random bytes as an unsigned number. */
export type RandomUint32 = () => number;

/** The two headers that every request carries. */
export function appHeaders(clientVersion: string): Record<string, string> {
  return {
    'iLink-App-Id': 'bot',
    'iLink-App-ClientVersion': encodeClientVersion(clientVersion),
  };
}

/**
 * Makes the headers of a POST. Content-Length is left to the HTTP client: Node 24 rejects one set by hand.
 *
 * @param botToken left out for the QR code, which must carry no Authorization
 * @returns gives the headers of one request: all have `X-WECHAT-UIN` anew, and the rest is made once
 */
export function postHeaders(
  clientVersion: string,
  random: RandomUint32,
  botToken?: string,
): () => Record<string, string> {
  const same = {
    'Content-Type': 'application/json',
    AuthorizationType: 'ilink_bot_token',
    ...appHeaders(clientVersion),
    ...(botToken === undefined ? {} : { Authorization: `Bearer ${botToken}` }),
  };
  return () => ({ ...same, 'X-WECHAT-UIN': Buffer.from(String(random())).toString('base64') });
}
