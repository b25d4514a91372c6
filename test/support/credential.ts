import type { BotCredential } from '../../ilink/credential';

/** A credential that points nowhere, unless a test says where. */
export function credential(more: Partial<BotCredential> = {}): BotCredential {
  return {
    botToken: 'token-1',
    botId: 'b@im.bot',
    ownerUserId: 'o@im.wechat',
    apiBaseUrl: 'http://127.0.0.1:9',
    cdnBaseUrl: 'http://127.0.0.1:9/c2c',
    clientVersion: '2.4.9',
    ...more,
  };
}
