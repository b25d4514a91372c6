import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';

import { doctorOptions, readToken } from '../../../../cli/doctor/options';
import { UsageProblem } from '../../../../cli/exit';
import { removeTempFolders, tempFolder } from '../../../support/temp-folder';

afterAll(removeTempFolders);

const options = (args: string[], env: NodeJS.ProcessEnv = {}, input = '') =>
  doctorOptions(args, { env, stdin: Readable.from([input]) });

describe('readToken', () => {
  it.each([
    ['token', { botToken: 'token' }],
    [' Bearer token\n', { botToken: 'token' }],
    ['', {}],
    [
      '{"botToken":"t","ownerUserId":"o@im.wechat","apiBaseUrl":"https://a","cdnBaseUrl":"https://c","clientVersion":"2.5.0"}',
      {
        botToken: 't',
        ownerUserId: 'o@im.wechat',
        apiBaseUrl: 'https://a',
        cdnBaseUrl: 'https://c',
        clientVersion: '2.5.0',
      },
    ],
    [
      '{"bot_token":"t","ilink_user_id":"o@im.wechat","baseurl":"https://a"}',
      { botToken: 't', ownerUserId: 'o@im.wechat', apiBaseUrl: 'https://a' },
    ],
    ['{"botToken":5}', {}],
  ])('reads %s', (content, given) => {
    expect(readToken(content)).toEqual(given);
  });

  it('refuses JSON that is broken', () => {
    expect(() => readToken('{"botToken":')).toThrow(UsageProblem);
  });
});

describe('doctorOptions', () => {
  it('checks the way to Tencent, and no token, unless told', async () => {
    expect(await options([])).toEqual({
      apiBaseUrl: 'https://ilinkai.weixin.qq.com',
      cdnBaseUrl: 'https://novac2c.cdn.weixin.qq.com/c2c',
      clientVersion: '2.4.9',
      json: false,
      botToken: '',
      ownerUserId: '',
      showUnreadable: false,
    });
  });

  it('takes the token from the environment, from stdin, and from a file before all', async () => {
    const file = join(tempFolder(), 'wechat.json');
    writeFileSync(file, '{"botToken":"of-the-file","apiBaseUrl":"https://ilinkai.wechat.com"}');
    const env = { WECHAT_BOT_TOKEN: 'of-the-environment' };
    expect((await options([], env)).botToken).toBe('of-the-environment');
    expect((await options(['--file', '-'], env, 'of-stdin\n')).botToken).toBe('of-stdin');
    expect(await options(['--file', file], env)).toMatchObject({
      botToken: 'of-the-file',
      apiBaseUrl: 'https://ilinkai.wechat.com',
    });
    expect((await options(['--file', file, '--api-base-url', 'https://x'])).apiBaseUrl).toBe('https://x');
  });

  it.each([[['--file', '/nowhere/x']], [['--nope']], [['my-token']], [['--api-base-url', 'x']]])(
    'refuses %j, and repeats no token',
    async (args) => {
      const problem = (await options(args).catch((error: unknown) => error)) as UsageProblem;
      expect(problem).toBeInstanceOf(UsageProblem);
      expect(problem.message + problem.next).not.toContain('my-token');
    },
  );
});
