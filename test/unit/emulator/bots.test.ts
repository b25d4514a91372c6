import { Bots } from '../../../emulator/bots';
import { EmulatorClock } from '../../../emulator/clock';

const fresh = () => new Bots(new EmulatorClock(() => 0), () => 'http://base');

describe('Bots', () => {
  it('makes ids of the kinds that WeChat has, and a token', () => {
    const { login } = fresh().bind();
    expect(login).toEqual({
      bot_token: expect.stringMatching(/^\S{40,}$/),
      ilink_bot_id: expect.stringMatching(/@im\.bot$/),
      ilink_user_id: expect.stringMatching(/@im\.wechat$/),
      baseurl: 'http://base',
    });
  });

  it('keeps one live bot per account', () => {
    const bots = fresh();
    const first = bots.bind({ user_id: 'u@im.wechat' });
    const other = bots.bind({ user_id: 'v@im.wechat' });
    const second = bots.bind({ user_id: 'u@im.wechat' });
    expect([first, other, second].map(({ live }) => live)).toEqual([false, true, true]);
    expect(bots.withToken(first.login.bot_token)).toBeUndefined();
    expect(bots.withToken(second.login.bot_token)).toBe(second);
    expect(bots.all()).toHaveLength(3);
  });

  it('refuses an id twice, or of the wrong kind, and leaves the account as it was', () => {
    const bots = fresh();
    const first = bots.bind({ user_id: 'u@im.wechat', bot_id: 'b@im.bot' });
    expect(() => bots.bind({ user_id: 'u@im.wechat', bot_id: 'b@im.bot' })).toThrow('exists already');
    expect(() => bots.bind({ user_id: 'u' })).toThrow('@im.wechat');
    expect(() => bots.bind({ bot_id: '@im.bot' })).toThrow('@im.bot');
    expect(first.live).toBe(true);
  });

  it('knows a bot by the exact case of its id', () => {
    const bots = fresh();
    bots.bind({ bot_id: 'b@im.bot' });
    expect(() => bots.get('B@im.bot')).toThrow('There is no bot B@im.bot');
  });
});

describe('Bot', () => {
  it('knows its owner from the login on, and others from their first message', () => {
    const bot = fresh().bind({ user_id: 'u@im.wechat' });
    expect(bot.conversation('u@im.wechat')).toBeDefined();
    expect(bot.conversation('U@im.wechat')).toBeUndefined();
    const begun = bot.startConversation('v@im.wechat');
    expect(bot.conversation('v@im.wechat')).toBe(begun);
    expect(bot.startConversation('v@im.wechat')).toBe(begun);
  });
});
