import { createHash } from 'node:crypto';

/** What is known of a bot, from the login. */
export interface BotCredential {
  botToken: string;
  /** `…@im.bot`; may be empty. A label: somebody may have typed it. */
  botId: string;
  /** `…@im.wechat` of the person whose account it is; may be empty. A label, too, and to whom messages go by default. */
  ownerUserId: string;
  apiBaseUrl: string;
  cdnBaseUrl: string;
  clientVersion: string;
}

/**
 * Names a bot, in this process and in the store: two credentials with one token are one bot, whatever else they say. A digest, so
 * that no token is kept as a key or shown.
 */
export function botKeyOf({ botToken }: Pick<BotCredential, 'botToken'>): string {
  return createHash('sha256').update(`login ${botToken}`).digest('hex').slice(0, 32);
}

/** What version 0.1 called a connection. Its lease and its cursor have this name in a store that it wrote. */
export function earlierConnectionKey(credential: BotCredential): string {
  const { apiBaseUrl, cdnBaseUrl, clientVersion, botToken } = credential;
  const wire = JSON.stringify([apiBaseUrl, cdnBaseUrl, clientVersion, botToken]);
  return createHash('sha256').update(wire).digest('hex');
}
