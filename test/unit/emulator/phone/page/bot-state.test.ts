import { chooseBot, describeState } from '../../../../../emulator/phone/page/bot-state';
import type { Bot } from '../../../../../emulator/phone/page/types';

const bot = (id: string, live = true, polls = 0): Bot => ({
  ilink_bot_id: `${id}@im.bot`,
  ilink_user_id: 'user@im.wechat',
  live,
  polls,
});

describe('chooseBot', () => {
  const ended = bot('ended', false);
  const first = bot('first');
  const second = bot('second');

  it('takes the first live bot when none is wanted', () => {
    expect(chooseBot([ended, first, second], null)).toBe(first);
  });

  it('takes the wanted bot, even when it has ended', () => {
    expect(chooseBot([first, ended], 'ended@im.bot')).toBe(ended);
  });

  it('takes no other bot than the wanted one', () => {
    expect(chooseBot([first], 'First@im.bot')).toBeUndefined();
  });

  it('shows an ended bot rather than nothing', () => {
    expect(chooseBot([ended], undefined)).toBe(ended);
    expect(chooseBot([], undefined)).toBeUndefined();
  });
});

describe('describeState', () => {
  it.each([
    ['a lost server before everything else', false, bot('a', false), 'Reconnecting…', 'warn'],
    ['that there is no bot', true, undefined, 'Nobody to write to', 'off'],
    ['an ended token', true, bot('a', false, 1), 'Token ended', 'off'],
    ['that nobody polls', true, bot('a'), '0 polls', 'off'],
    ['the one poller that should be there', true, bot('a', true, 1), '1 poll', 'good'],
    ['pollers that steal', true, bot('a', true, 2), '2 polls, stealing from each other', 'warn'],
  ] as const)('tells %s', (_what, connected, current, text, level) => {
    expect(describeState(connected, current)).toEqual({ text, level });
  });
});
