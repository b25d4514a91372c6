import type { BotLogin, Emulator, SeenMessage } from '../emulator';
import { setTimeout as sleep } from 'node:timers/promises';

export interface ConversationOptions {
  emulator: Emulator;
  bot: BotLogin;
  /** Takes each line of the dialogue. */
  print: (line: string) => void;
  answerMs?: number;
}

const ANSWER_MS = 20_000;
/** Less than the 5 s after which "typing…" disappears by itself. */
const CANCEL_MS = 3_000;
const LOOK_EVERY_MS = 50;

/** A one-pixel PNG, as a person would send a photo. */
const PHOTO = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

/**
 * Plays a person at the phone: writes a text, waits for "typing…" and the answer, then the same with an image.
 *
 * @throws with what the emulator knows about it when an answer or the typing does not come, or is not what it should be.
 */
export async function converse(options: ConversationOptions): Promise<void> {
  const [text] = await exchange(options, { text: 'Hello n8n, are you there? 你好' }, 1);
  expect(text?.type === 'text' && text.text?.includes('你好'), 'the answer to the text does not quote it');
  const media = { kind: 'image' as const, name: 'photo.png', bytes: PHOTO };
  const [caption, picture] = await exchange(options, { media }, 2);
  expect(caption?.type === 'text', 'the caption of the picture did not come first');
  expect(picture?.type === 'image' && picture.media, 'the answer to the image is no image');
  expect(picture.media.bytes().subarray(1, 4).toString() === 'PNG', 'the picture does not open on the phone');
}

/** Writes one message and waits for its answers, in order. */
async function exchange(
  { emulator, bot, print, answerMs = ANSWER_MS }: ConversationOptions,
  message: { text?: string; media?: { kind: 'image'; name: string; bytes: Buffer } },
  answers: number,
): Promise<SeenMessage[]> {
  const who = { bot_id: bot.ilink_bot_id, user_id: bot.ilink_user_id };
  const before = emulator.sees(who.bot_id, who.user_id).length;
  await emulator.write({ ...who, ...message });
  const writtenAt = Date.now();
  const isAnswered = (seen: SeenMessage[]): boolean => botMessages(seen, before).length >= answers;
  const answered = emulator.waitFor(isAnswered, who, answerMs);
  answered.catch(() => undefined); // awaited below; the typing may fail first
  for (const seen of emulator.sees(who.bot_id, who.user_id).slice(before)) print(formatMessage(seen));
  await untilTyping(emulator, who, true, writtenAt + answerMs);
  print('     n8n  is typing …');
  const seen = botMessages(await answered, before);
  for (const one of seen) print(formatMessage(one, Date.now() - writtenAt));
  await untilTyping(emulator, who, false, Date.now() + CANCEL_MS);
  return seen;
}

async function untilTyping(
  emulator: Emulator,
  { bot_id, user_id }: { bot_id: string; user_id: string },
  wanted: boolean,
  deadline: number,
): Promise<void> {
  while (emulator.typing(bot_id, user_id) !== wanted) {
    expect(Date.now() < deadline, `the phone ${wanted ? 'never showed' : 'went on showing'} "typing…"`);
    await sleep(LOOK_EVERY_MS);
  }
}

function botMessages(seen: SeenMessage[], from: number): SeenMessage[] {
  return seen.slice(from).filter((message) => message.from === 'bot');
}

/** One bubble as one line: who, what, and how long it took. */
export function formatMessage(message: SeenMessage, tookMs?: number): string {
  const who = message.from === 'user' ? '   phone' : '     n8n';
  const name = message.media?.name ? ` ${message.media.name}` : '';
  const what = message.media ? `[${message.type}${name}, ${message.media.size} bytes]` : (message.text ?? '');
  return `${who}  ${what}${tookMs === undefined ? '' : `   (${(tookMs / 1000).toFixed(1)} s)`}`;
}

function expect(condition: unknown, complaint: string): asserts condition {
  if (!condition) throw new Error(complaint);
}
