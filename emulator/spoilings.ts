/**
 * What can be wrong with one message of a batch whose other messages are good. The first row is JSON that is none, the second is
 * JSON that is no message, the third a message that lacks or exceeds something.
 */
export const SPOILINGS = [
  ...(['bad_byte', 'control_character', 'bad_escape', 'cut_number', 'cut_text', 'not_a_number'] as const),
  ...(['null', 'number', 'text', 'list', 'empty_object'] as const),
  ...(['no_id', 'deep_list', 'deep_object'] as const),
] as const;
export type Spoiling = (typeof SPOILINGS)[number];
