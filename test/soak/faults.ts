import type { Fault } from '../../emulator';

/** What an attempt to send meets. The endpoint is always the same. */
type Trouble = Omit<Fault, 'endpoint'>;

/** The message may be processed, and the sender cannot know: it has to ask again with the same client id. */
const PROCESSED: readonly Trouble[] = [
  { drop: 'after' },
  { body: 'truncated' },
  { status: 502, process: true },
  { body: 'html', process: true },
];
/** The same for the sender, and the server never saw the message. */
const NOT_PROCESSED: readonly Trouble[] = [
  { drop: 'before' },
  { status: 503 },
  { status: 524 },
  { body: 'html' },
  { silence: true },
];
/** The server says that it has a problem, which is worth a repeat. */
const TROUBLED: Trouble = { ret: -1, errmsg: 'system error' };
/** The server says no. */
const REFUSED: readonly Trouble[] = [
  { ret: -2, errmsg: 'prepare failed' },
  { errcode: -2, errmsg: 'unknown error' },
  { ret: -2, errmsg: 'something is invalid' },
  { ret: -3, errmsg: 'invalid arguments' },
  { ret: -13, errmsg: 'freq' },
  { ret: -14, errmsg: 'session timeout' },
  { ret: -77, errmsg: 'nobody knows' },
  { status: 403 },
  { status: 404 },
  { status: 429 },
];
/** The server says yes without an id, whether it shows the message or not. */
const WITHOUT_ID: readonly Trouble[] = [
  { body: '{}', process: true },
  { body: '{}' },
  { body: '{"ret":0}', process: true },
  { body: '{"ret":0}' },
  { body: 'empty' },
];
const MAX_LOST = 4;

/**
 * What some messages meet that are sent at the same time, attempt by attempt; nothing for most of them. Which of them meets
 * what is up to chance when there are several.
 *
 * @param random numbers from 0 up to 1
 * @param share how many messages meet something, from 0 to 1
 */
export function troublesFor(messages: number, random: () => number, share: number): Fault[] {
  const troubles = Array.from({ length: messages }, () => (random() < share ? plan(random) : [])).flat();
  return troubles.map((trouble) => ({ endpoint: 'sendmessage', ...trouble }));
}

/** Answers that do not come, as often as a sender may try and more often; and for half of the messages one that does. */
function plan(random: () => number): Trouble[] {
  const pick = <One>(list: readonly One[]): One => list[Math.floor(random() * list.length)]!;
  const lists = [PROCESSED, NOT_PROCESSED, NOT_PROCESSED, [TROUBLED]];
  const lost = Array.from({ length: Math.floor(random() * (MAX_LOST + 1)) }, () => pick(pick(lists)));
  return random() < 0.5 ? lost : [...lost, pick(pick([WITHOUT_ID, REFUSED]))];
}
