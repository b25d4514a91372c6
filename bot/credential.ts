import { createHash } from 'node:crypto';

/** What is known of a bot, from the login. */
export interface BotCredential {
  botToken: string;
  /** `…@im.bot`; may be empty. */
  botId: string;
  /** `…@im.wechat` of the person whose account it is; may be empty. */
  ownerUserId: string;
  apiBaseUrl: string;
  cdnBaseUrl: string;
  clientVersion: string;
}

/**
 * Names a bot connection: everything that makes a difference on the wire. Two credentials with the same content share one
 * receiver, and an edited credential is another connection. A digest, so that no token is kept as a key or shown.
 */
export function connectionKey(credential: BotCredential): string {
  const { apiBaseUrl, cdnBaseUrl, clientVersion, botToken } = credential;
  const wire = JSON.stringify([apiBaseUrl, cdnBaseUrl, clientVersion, botToken]);
  return createHash('sha256').update(wire).digest('hex');
}

/**
 * Names a login. Each one makes a new token, and what WeChat allows towards a user begins anew with it. A digest, so that no
 * token is kept.
 */
export function loginKey({ botToken }: Pick<BotCredential, 'botToken'>): string {
  return createHash('sha256').update(`login ${botToken}`).digest('hex').slice(0, 32);
}

/**
 * Names whose conversations these are. Each login makes a new bot id and token for the same person, so the owner comes
 * first: what is known of the conversations outlives a new login.
 */
export function conversationScope(credential: BotCredential): string {
  return credential.ownerUserId || credential.botId || connectionKey(credential);
}
