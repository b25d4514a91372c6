import fc from 'fast-check';

import { CredentialProblem, readCredential } from '../../../../../nodes/WeChat/shared/credential';

const FILLED_IN = {
  botToken: '0a1b@im.bot:060d56',
  botId: '0a1b@im.bot',
  ownerUserId: 'o9cq8x@im.wechat',
  apiBaseUrl: 'https://example.org',
  cdnBaseUrl: 'https://cdn.example.org/c2c',
  clientVersion: '2.5.0',
};

const problemOf = (change: object): CredentialProblem => {
  try {
    readCredential({ ...FILLED_IN, ...change });
  } catch (error) {
    return error as CredentialProblem;
  }
  throw new Error('It was taken');
};

describe('The credential', () => {
  test('is read as it is filled in', () => {
    expect(readCredential(FILLED_IN)).toEqual(FILLED_IN);
  });

  test('needs only the token: the rest has defaults', () => {
    expect(readCredential({ botToken: 't' })).toEqual({
      botToken: 't',
      botId: '',
      ownerUserId: '',
      apiBaseUrl: 'https://ilinkai.weixin.qq.com',
      cdnBaseUrl: 'https://novac2c.cdn.weixin.qq.com/c2c',
      clientVersion: '2.4.9',
    });
  });

  test('is read without white space around it, "Bearer", and slashes at the end', () => {
    const { botToken, ownerUserId, apiBaseUrl } = readCredential({
      botToken: ' bearer  abc ',
      ownerUserId: ' o9\n',
      apiBaseUrl: ' https://example.org/api// ',
    });
    expect({ botToken, ownerUserId, apiBaseUrl }).toEqual({
      botToken: 'abc',
      ownerUserId: 'o9',
      apiBaseUrl: 'https://example.org/api',
    });
  });

  test.each([[''], ['  '], ['Bearer '], [undefined], [7]])('has no token when that is %j', (botToken) => {
    expect(problemOf({ botToken }).message).toBe('The bot token is missing');
  });

  test.each(['a b', 'a\nb', 'a"b\u00e4', 'ключ', '微信'])('takes no token such as %j', (botToken) => {
    const { message, next } = problemOf({ botToken });
    expect(message).toContain('characters that no token has');
    expect(`${message} ${next}`).not.toContain(botToken);
  });

  test.each(['example.org', 'ftp://example.org', 'https://', 'x', '/api'])(
    'takes no address such as %j',
    (url) => {
      expect(problemOf({ apiBaseUrl: url }).message).toBe('API Base URL is not a web address');
      expect(problemOf({ cdnBaseUrl: url }).message).toBe('CDN Base URL is not a web address');
    },
  );

  test.each(['2.4', '2.4.256', 'v2.4.9', 'latest'])('takes no version such as %j', (clientVersion) => {
    expect(problemOf({ clientVersion }).message).toBe('Client Version is not a version');
  });

  test('whatever is stored in it, is read or is a problem with a next step', () => {
    const field = fc.oneof(fc.jsonValue(), fc.webUrl(), fc.string());
    const anything = fc.record(
      {
        botToken: field,
        botId: field,
        ownerUserId: field,
        apiBaseUrl: field,
        cdnBaseUrl: field,
        clientVersion: field,
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(anything, (data) => {
        try {
          const read = readCredential(data as object as Parameters<typeof readCredential>[0]);
          for (const value of Object.values(read)) expect(typeof value).toBe('string');
          // It goes into a header: HTTP would refuse anything else, in words that repeat the token.
          expect(read.botToken).toMatch(/^[\x21-\x7e]+$/);
        } catch (error) {
          expect(error).toBeInstanceOf(CredentialProblem);
          expect((error as CredentialProblem).next.length).toBeGreaterThan(20);
        }
      }),
    );
  });
});
