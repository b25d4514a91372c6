/**
 * What was seen of an exchange or of a file, for whoever looks for the reason. Of what a server said it holds known phrases only,
 * and of a file nothing that is in it.
 */
export type Seen = ExchangeSeen | MediaSeen;

export type ExchangeSeen =
  /** HTTP 200 with a code that is not 0. */
  | { code: 'errcode'; facts: { errcode: number; phrase?: string } }
  | { code: 'status'; facts: { status: number; phrase?: string } }
  /** No answer: the code of Node or undici, such as ECONNRESET, or one of {@link NoAnswer}. */
  | { code: 'no_answer'; facts: { reason: string } }
  | ReplySeen;

/** Why there was no answer, where neither Node nor undici has a code for it. */
export const NoAnswer = {
  /** The time for it ran out. */
  inTime: 'NOT_IN_TIME',
  /** It began, and was not whole when the time ran out. */
  wholeInTime: 'NOT_WHOLE_IN_TIME',
  /** It was on its way when the time ran out. */
  thereInTime: 'NOT_THERE_IN_TIME',
  /** The rule for outgoing connections does not allow the address. */
  refusedByRule: 'REFUSED_BY_RULE',
} as const;

/** What was wrong with an answer. */
export type ReplySeen =
  | { code: 'answer_too_large'; facts: { maxBytes: number } }
  | { code: 'not_json' | 'not_updates'; facts: { bytes: number } }
  | { code: 'no_object' | 'errcode_no_number' | 'no_upload_address' | 'no_encrypted_param' | 'foreign_api' };

/** What was wrong with a file, its reference or its key. */
export type MediaSeen =
  | { code: 'host' | 'redirected'; facts: { host: string } }
  | { code: 'more_bytes' | 'decoded_larger'; facts: { maxBytes: number } }
  | { code: 'longer'; facts: { minutes: number } }
  | { code: 'no_blocks'; facts: { bytes: number; blockBytes: number } }
  | {
      code:
        | 'no_reference'
        | 'key_absent'
        | 'key_unreadable'
        | 'wrong_padding'
        | 'other_md5'
        | 'begins_like_html'
        | 'html_type'
        | 'shorter_than_before'
        | 'no_silk'
        | 'empty'
        | 'decoder_refused';
    };

/** A short technical form, for the stack of an error. */
export function technically(code: string, seen?: { code: string; facts?: object }): string {
  const facts = Object.values(seen?.facts ?? {}).join(' ');
  return [code, seen?.code, facts].filter(Boolean).join(', ');
}
