import { toWireJson } from './ids';
import type { Spoiling } from './spoilings';
import type { WireMessage } from './types';

/** Stands in for what JSON.stringify would never write. No text of a person has it. */
const MARK = '\u{F0000}spoiled\u{F0000}';

/** So deep that a parser that calls itself for each level gives up. */
const DEFAULT_DEPTH = 5000;

type Spoil = (message: WireMessage, depth: number) => string | Buffer;

/** The message with a mark at the end of its first text, and what takes the place of the mark. */
function inText(message: WireMessage, bytes: Buffer): Buffer {
  const [first, ...rest] = message.item_list;
  const text_item = { text: `${first?.text_item?.text ?? ''}${MARK}` };
  const json = toWireJson({ ...message, item_list: [{ ...first, text_item }, ...rest] });
  const [before = '', after = ''] = json.split(MARK);
  return Buffer.concat([Buffer.from(before), bytes, Buffer.from(after)]);
}

/** The message with this text as a field of its own. */
function withField(message: WireMessage, json: string): string {
  return toWireJson({ ...message, unknown_field: MARK }).replace(`"${MARK}"`, () => json);
}

const SPOIL: Record<Spoiling, Spoil> = {
  // No UTF-8 text has this byte.
  bad_byte: (message) => inText(message, Buffer.from([0xff])),
  control_character: (message) => inText(message, Buffer.from([0x01])),
  bad_escape: (message) => inText(message, Buffer.from('\\x')),
  cut_number: (message) => withField(message, '12.'),
  cut_text: (message) => withField(message, '"cut off'),
  not_a_number: (message) => withField(message, 'NaN'),
  null: () => 'null',
  number: () => '7',
  text: () => '"message"',
  list: () => '[]',
  empty_object: () => '{}',
  no_id: ({ message_id: _id, client_id: _client, seq: _seq, ...rest }) =>
    toWireJson({ ...rest, item_list: rest.item_list.map(({ msg_id: _msg, ...item }) => item) }),
  deep_list: (message, depth) => withField(message, '['.repeat(depth) + ']'.repeat(depth)),
  deep_object: (message, depth) => withField(message, '{"a":'.repeat(depth) + '0' + '}'.repeat(depth)),
};

/** The message as it stands in the answer, spoiled. @param depth levels of the two deep ones */
export function spoiled(message: WireMessage, how: Spoiling, depth = DEFAULT_DEPTH): string | Buffer {
  return SPOIL[how](message, depth);
}
