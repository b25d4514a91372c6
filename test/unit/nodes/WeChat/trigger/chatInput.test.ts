import fc from 'fast-check';

import type { ChatLanguage, ChatPart, ChatQuote } from '../../../../../nodes/WeChat/texts';
import { chatInputOf } from '../../../../../nodes/WeChat/trigger/chatInput';

const part = (kind: ChatPart['kind'], more: Partial<ChatPart> = {}): ChatPart => ({
  kind,
  text: '',
  ...more,
});
const english = (...parts: ChatPart[]): string => chatInputOf(parts, undefined, 'en');
const chinese = (...parts: ChatPart[]): string => chatInputOf(parts, undefined, 'zh');

describe('chatInput', () => {
  it.each(['Hello', '你好\nzwei', '  with spaces ', '[The user sent a picture.]'])(
    'is the text %j as it was written',
    (text) => expect(english(part('text', { text }))).toBe(text),
  );

  it.each([
    ['a picture', part('image'), '[The user sent a picture.]', '[用户发来一张图片。]'],
    [
      'a video',
      part('video', { seconds: 12 }),
      '[The user sent a video (12 s).]',
      '[用户发来一段视频（12 秒）。]',
    ],
    [
      'a voice message',
      part('voice', { seconds: 3 }),
      '[The user sent a voice message without a transcript (3 s).]',
      '[用户发来一条没有文字的语音消息（3 秒）。]',
    ],
    [
      'a file',
      part('file', { name: '月报.pdf' }),
      '[The user sent the file "月报.pdf".]',
      '[用户发来文件“月报.pdf”。]',
    ],
    ['a file without a name', part('file'), '[The user sent a file.]', '[用户发来一个文件。]'],
    [
      'something new',
      part('unknown'),
      '[The user sent something of an unknown type.]',
      '[用户发来一条未知类型的消息。]',
    ],
    [
      'an empty text',
      part('text', { text: ' ' }),
      '[The user sent an empty message.]',
      '[用户发来一条空消息。]',
    ],
  ])('says in words that %s came', (_what, came, en, zh) => {
    expect([english(came), chinese(came)]).toEqual([en, zh]);
  });

  it('is what was said where there is a transcript, and tells of a file beside its text', () => {
    expect(english(part('voice', { text: '你好', seconds: 3 }))).toBe('你好');
    expect(english(part('text', { text: 'Look!' }), part('image'))).toBe('Look!\n[The user sent a picture.]');
  });

  it.each([
    [
      { parts: [part('text', { text: 'At ten?' })], from: 'bot' },
      `[In answer to the bot's message: "At ten?"]\nYes`,
    ],
    [{ parts: [part('text', { text: 'At ten?' })] }, `[In answer to an earlier message: "At ten?"]\nYes`],
    [
      { parts: [part('file', { name: 'a.pdf' })], from: 'user' },
      `[In answer to an earlier message of the user: the file "a.pdf"]\nYes`,
    ],
    [{ parts: [] }, '[In answer to an earlier message: its content is not known]\nYes'],
  ] as Array<[ChatQuote, string]>)('has the quote in it: %j', (quote, expected) => {
    expect(chatInputOf([part('text', { text: 'Yes' })], quote, 'en')).toBe(expected);
  });

  it('has the quote in Chinese', () => {
    const quote: ChatQuote = { parts: [part('text', { text: '十点？' })], from: 'bot' };
    expect(chatInputOf([part('image')], quote, 'zh')).toBe(
      '[引用机器人的消息：“十点？”]\n[用户发来一张图片。]',
    );
  });

  it('is never empty', () => {
    const parts = fc.array(
      fc.record({
        kind: fc.constantFrom<ChatPart['kind']>('text', 'image', 'voice', 'file', 'video', 'unknown'),
        text: fc.constantFrom('', ' ', '\n', 'a'),
      }),
      { maxLength: 4 },
    );
    fc.assert(
      fc.property(parts, fc.constantFrom<ChatLanguage>('en', 'zh'), fc.boolean(), (all, language, quotes) => {
        const input = chatInputOf(all, quotes ? { parts: all } : undefined, language);
        expect(input.trim()).not.toBe('');
      }),
    );
  });
});
