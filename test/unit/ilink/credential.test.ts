import { earlierConnectionKey, botKeyOf } from '../../../ilink/credential';
import { credential } from '../../support/credential';

describe('botKeyOf', () => {
  it('names a bot by its token alone, whatever else a credential says', () => {
    const typed = credential({
      botId: 'another@im.bot',
      ownerUserId: 'somebody else@im.wechat',
      apiBaseUrl: 'HTTPS://Ilinkai.weixin.qq.com/',
      cdnBaseUrl: 'https://cdn.example',
      clientVersion: '9.9.9',
    });
    expect(botKeyOf(typed)).toBe(botKeyOf(credential()));
    expect(botKeyOf(credential({ botToken: 'token-2' }))).not.toBe(botKeyOf(credential()));
  });

  it('has no token in it', () => {
    expect(botKeyOf(credential())).not.toContain('token-1');
  });
});

describe('earlierConnectionKey', () => {
  it('is what version 0.1 made of a credential, so that its cursors and leases are found', () => {
    expect(earlierConnectionKey(credential())).toBe(
      'f41d6d6191ae0580cfbc776d309626328e36d70fdf6ed749f8b9a955b43b9e3d',
    );
    for (const field of ['apiBaseUrl', 'cdnBaseUrl', 'clientVersion', 'botToken'])
      expect(earlierConnectionKey(credential({ [field]: 'other' }))).not.toBe(
        earlierConnectionKey(credential()),
      );
  });
});
