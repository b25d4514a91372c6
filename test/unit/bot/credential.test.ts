import { connectionKey, conversationScope } from '../../../bot/credential';
import { credential } from '../../support/credential';

describe('connectionKey', () => {
  it('is the same for credentials that look the same on the wire', () => {
    expect(connectionKey(credential())).toBe(connectionKey(credential({ ownerUserId: 'someone else' })));
  });

  it.each(['botToken', 'apiBaseUrl', 'cdnBaseUrl', 'clientVersion'] as const)('changes with %s', (field) => {
    expect(connectionKey(credential({ [field]: 'other' }))).not.toBe(connectionKey(credential()));
  });

  it('does not give the token away', () => {
    expect(connectionKey(credential())).not.toContain('token-1');
  });
});

describe('conversationScope', () => {
  it('is the owner, so that what is known outlives a new login', () => {
    const renewed = credential({ botToken: 'token-2', botId: 'c@im.bot' });
    expect(conversationScope(renewed)).toBe(conversationScope(credential()));
  });

  it('is the bot where the owner is not known, and the connection where neither is', () => {
    expect(conversationScope(credential({ ownerUserId: '' }))).toBe('b@im.bot');
    const bare = credential({ ownerUserId: '', botId: '' });
    expect(conversationScope(bare)).toBe(connectionKey(bare));
  });
});
