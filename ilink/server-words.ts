import { known } from './phrases';

/**
 * What a server's `errmsg` means where its code alone does not say it. The server may repeat the text of the message in it, which
 * may have the same words: `sent` is what was in the request, and what it says counts for nothing.
 */

/**
 * Texts that come with -2 when the window or the quota of a conversation is closed, or when a throttle refuses: none of them says
 * what is wrong with the message.
 */
const GENERAL_TEXTS = [
  '',
  'prepare failed',
  'unknown error',
  'error',
  'fail',
  'failed',
  'send failed',
  'operation failed',
  'system error',
  'internal error',
  'server error',
  'busy',
  'system busy',
  'server busy',
  'try again later',
  'please try again later',
];

/** What servers say when messages come too fast, beside whatever code. */
const TOO_FAST =
  /\b(rate|freq(uency)?)\b.{0,12}\blimit|too (frequent|often|fast)\b|too many (requests|messages|calls)|throttl|频繁|限流/i;

/** Texts of -2 that say nothing against the message: it would be taken after the next message of the user. */
const CONTEXT_TOKEN = /context[\s_-]?token/i;
const CLOSED =
  /\b(session|conversation|chat|window)\b.{0,20}\b(end(ed)?|expired?|closed?|over|timed? ?out|inactive|not (open|active))\b|会话.{0,8}(过期|结束|失效|关闭)/i;

/** What a server says of a text that is too long. */
const TOO_LONG =
  /16,?384|too (long|large|big)|(text|content|body).*(size|length|limit|exceed)|(exceed|max|limit|at most|up to|over).{0,20}\d[\d,]*\s*(bytes?|char)/i;

/** Whether it says nothing of the message. @param said in lower case, without white space around it */
export function isGeneral(said: string): boolean {
  return GENERAL_TEXTS.includes(said.replace(/[\s.!。！]+$/, ''));
}

export function isTooFast(said: string, sent: readonly string[]): boolean {
  return TOO_FAST.test(said) && !sent.some((text) => TOO_FAST.test(text));
}

export function isAboutContextToken(said: string, sent: readonly string[]): boolean {
  return isAbout(CONTEXT_TOKEN, said, sent);
}

export function isAboutClosedWindow(said: string, sent: readonly string[]): boolean {
  return isAbout(CLOSED, said, sent);
}

export function isTooLong(said: string): boolean {
  return TOO_LONG.test(said);
}

/** getconfig has no ticket where there is no open conversation: -4, and once seen as 1 with the same text. */
export function isNoTicket(said: string): boolean {
  return /gettypingticket/i.test(said);
}

function isAbout(subject: RegExp, said: string, sent: readonly string[]): boolean {
  return subject.test(said) && (known(said) !== undefined || !sent.some((text) => subject.test(text)));
}
