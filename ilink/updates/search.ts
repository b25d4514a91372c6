import type { Json } from '../json';
import { isSpace } from './lexer';
import { looksLikeMessage } from './message-text';
import type { Steps } from './steps';
import { FRAME_BYTES } from './unreadable';
import type { Value, ValueReader } from './values';

/** How often each byte may be looked at while the next message is searched for: damage must not make the time quadratic. */
const SEARCH_FACTOR = 16;

const QUOTE = 0x22;
const OPEN_OBJECT = 0x7b;

/** The next object from `from` on that is JSON and looks like a message. Moves the reader. */
export function* nextMessage(
  reader: ValueReader,
  from: number,
): Steps<{ value: Value; message: Json } | undefined> {
  const { bytes } = reader;
  let budget = SEARCH_FACTOR * (bytes.length - from);
  let at = bytes.indexOf(OPEN_OBJECT, from);
  while (at >= 0 && budget > 0) {
    if (mayBeObject(bytes, at)) {
      reader.at = at;
      const value = yield* reader.value();
      budget -= reader.seenTo - at;
      if (value && reader.troubleOf(value) === undefined) {
        const message = reader.parse(value);
        if (looksLikeMessage(message)) return { value, message };
      }
      // The parts of a whole value are no messages, unless it is the reply itself; those of a broken one may be.
      if (value && !isFrame(bytes, at)) at = value.to - 1;
    }
    at = bytes.indexOf(OPEN_OBJECT, at + 1);
  }
  return undefined;
}

function isFrame(bytes: Buffer, at: number): boolean {
  return bytes.subarray(at, at + FRAME_BYTES).includes('"msgs"');
}

function mayBeObject(bytes: Buffer, at: number): boolean {
  let next = at + 1;
  while (isSpace(bytes[next])) next++;
  return bytes[next] === QUOTE;
}
