import { keepLimits, storePath } from '../../../../../nodes/WeChat/shared/bots';

describe('The place of the store', () => {
  test.each([
    ["n8n's folder in the home folder", {}, '/home/me/.n8n/wechat-ilink/wechat.sqlite'],
    [
      'its folder where N8N_USER_FOLDER says',
      { N8N_USER_FOLDER: '/data' },
      '/data/.n8n/wechat-ilink/wechat.sqlite',
    ],
    [
      'the folder that is named',
      { WECHAT_ILINK_FOLDER: '/mnt/wechat', N8N_USER_FOLDER: '/data' },
      '/mnt/wechat/wechat.sqlite',
    ],
    [
      'the home folder, when the names are empty',
      { WECHAT_ILINK_FOLDER: '', N8N_USER_FOLDER: '' },
      '/home/me/.n8n/wechat-ilink/wechat.sqlite',
    ],
  ])('is %s', (_where, env, path) => {
    expect(storePath(env, '/home/me')).toBe(path);
  });
});

describe('How long messages are kept', () => {
  test('is a week, 20,000 messages, 10,000 that wait to go out and 100,000 that no workflow took, unless something else is set', () => {
    expect(keepLimits({})).toEqual({ days: 7, messages: 20_000, queued: 10_000, waiting: 100_000 });
    const set = { KEEP_DAYS: '0.5', KEEP_MESSAGES: '100', MAX_QUEUED: '7', MAX_WAITING: '9' };
    const env = Object.fromEntries(
      Object.entries(set).map(([name, value]) => [`WECHAT_ILINK_${name}`, value]),
    );
    expect(keepLimits(env)).toEqual({ days: 0.5, messages: 100, queued: 7, waiting: 9 });
  });

  test.each(['', '0', '-1', 'a week', 'NaN', 'Infinity', '7 days'])(
    'is the usual when "%s" is set',
    (value) => {
      expect(keepLimits({ WECHAT_ILINK_KEEP_DAYS: value, WECHAT_ILINK_KEEP_MESSAGES: value })).toEqual({
        days: 7,
        messages: 20_000,
        queued: 10_000,
        waiting: 100_000,
      });
    },
  );
});
