import type { ContentType } from '../../../ilink/incoming-item';

/** The languages in which `chatInput` can say what came. */
export type ChatLanguage = 'en' | 'zh';

/** One part of a message, as far as somebody has to know who cannot see it. */
export interface ChatPart {
  kind: ContentType;
  /** What was written, or the transcript of what was said; may be empty. */
  text: string;
  /** Of a file. */
  name?: string;
  /** Of a voice message or a video. */
  seconds?: number;
}

/** What a message quotes. */
export interface ChatQuote {
  /** What is known of it. Empty: nothing. */
  parts: ChatPart[];
  from?: 'user' | 'bot';
}

/** What is said of a message to somebody who cannot see it. */
export interface Phrases {
  /** What came, as a thing: "a picture". */
  thing(part: ChatPart): string;
  came(thing: string): string;
  empty: string;
  quoted(from: ChatQuote['from'], what: string): string;
  text(text: string): string;
  notKnown: string;
}

export const PHRASES: Record<ChatLanguage, Phrases> = {
  en: {
    thing({ kind, name, seconds }) {
      const length = seconds ? ` (${seconds} s)` : '';
      if (kind === 'file') return name ? `the file "${name}"` : 'a file';
      if (kind === 'image') return 'a picture';
      if (kind === 'video') return `a video${length}`;
      return kind === 'voice'
        ? `a voice message without a transcript${length}`
        : 'something of an unknown type';
    },
    came: (thing) => `[The user sent ${thing}.]`,
    empty: '[The user sent an empty message.]',
    quoted: (from, what) =>
      `[In answer to ${from === 'bot' ? "the bot's message" : from === 'user' ? 'an earlier message of the user' : 'an earlier message'}: ${what}]`,
    text: (text) => `"${text}"`,
    notKnown: 'its content is not known',
  },
  zh: {
    thing({ kind, name, seconds }) {
      const length = seconds ? `（${seconds} 秒）` : '';
      if (kind === 'file') return name ? `文件“${name}”` : '一个文件';
      if (kind === 'image') return '一张图片';
      if (kind === 'video') return `一段视频${length}`;
      return kind === 'voice' ? `一条没有文字的语音消息${length}` : '一条未知类型的消息';
    },
    came: (thing) => `[用户发来${thing}。]`,
    empty: '[用户发来一条空消息。]',
    quoted: (from, what) =>
      `[引用${from === 'bot' ? '机器人的消息' : from === 'user' ? '用户之前的消息' : '之前的消息'}：${what}]`,
    text: (text) => `“${text}”`,
    notKnown: '内容未知',
  },
};
