import {
  isAboutClosedWindow,
  isAboutContextToken,
  isGeneral,
  isNoTicket,
  isTooFast,
  isTooLong,
} from '../../../ilink/server-words';

describe('A text that comes with a code', () => {
  it.each(['', 'prepare failed', 'unknown error', 'error.', 'system busy!', '  '])(
    '%j says nothing',
    (said) => expect(isGeneral(said.trim())).toBe(true),
  );

  it.each(['invalid context_token', 'text too long'])('%j says something', (said) =>
    expect(isGeneral(said)).toBe(false),
  );

  it.each(['rate limit', 'freq limit exceeded', 'too many requests', '操作频繁'])(
    '%j says: too fast',
    (said) => expect(isTooFast(said, [])).toBe(true),
  );

  it('says nothing that the message itself said, which the server may repeat', () => {
    expect(isTooFast('bad text: too fast', ['you are too fast'])).toBe(false);
    expect(isAboutContextToken('bad text: context token', ['what is a context token?'])).toBe(false);
    expect(isAboutClosedWindow('bad text: the chat is over', ['the chat is over'])).toBe(false);
  });

  it('is believed as a phrase that servers are known to say, whatever the message said', () => {
    expect(isAboutContextToken('invalid context_token', ['context token'])).toBe(true);
    expect(isAboutClosedWindow('session expired', ['my session expired'])).toBe(true);
  });

  it.each(['session timeout', 'conversation closed', '会话已过期'])('%j says: the window is closed', (said) =>
    expect(isAboutClosedWindow(said, [])).toBe(true),
  );

  it.each(['text too long', 'content size exceeds', 'at most 2,048 bytes', 'over 16384'])(
    '%j says: too long',
    (said) => expect(isTooLong(said)).toBe(true),
  );

  it('says that there is no ticket', () => {
    expect(isNoTicket('GetTypingTicket rpc failed')).toBe(true);
    expect(isNoTicket('failed')).toBe(false);
  });
});
