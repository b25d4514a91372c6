/**
 * What servers of iLink are known to say beside a code. Only these are ever shown: anything else in an `errmsg` may be a token or
 * the text of the message, in upper case, cut or percent-encoded, so that no list of secrets finds it.
 */
const PHRASES: readonly string[] = [
  'prepare failed',
  'unknown error',
  'session timeout',
  'session expired',
  'invalid arguments',
  'invalid context_token',
  'invalid ilink_user_id',
  'invalid item type',
  'invalid json',
  'invalid media',
  'invalid status',
  'invalid typing_ticket',
  'context_token required',
  'ilink_user_id required',
  'text required',
  'text too long',
  'item_list is empty',
  'only one item allowed',
  'GetTypingTicket rpc failed',
  'rate limit',
  'rate limited',
  'freq limit',
  'too many requests',
  'system error',
  'file too large',
  'file not found',
  'file expired',
  'expired',
  'no quota',
  'too large',
  'bot_type must be 3',
  'invalid bot_type',
];

const byLowerCase = new Map(PHRASES.map((phrase) => [phrase.toLowerCase(), phrase]));

/** @returns our own copy of the phrase that `said` is, whatever its case; nothing when it is not one of those that are known */
export function known(said: string): string | undefined {
  return byLowerCase.get(said.trim().toLowerCase());
}
