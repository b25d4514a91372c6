import type { ErrorFacts } from '../../../ilink/errors';
import { NoHost } from '../../../ilink/named-host';
import { NoAnswer, type ExchangeSeen, type MediaSeen, type Seen } from '../../../ilink/seen';
import { textOf, type Table } from './table';

const NO_HOST: Record<string, string> = {
  [NoHost.none]: 'no host',
  [NoHost.withheld]: 'a host that repeats what was asked for',
};

const NO_ANSWER: Record<string, string> = {
  [NoAnswer.inTime]: 'no answer within the limit',
  [NoAnswer.wholeInTime]: 'not whole within the limit',
  [NoAnswer.thereInTime]: 'not there within the limit',
  [NoAnswer.refusedByRule]: "refused by this n8n's egress rule",
};

/** Goes on from the name of the endpoint. */
const EXCHANGE: Table<ExchangeSeen, string> = {
  errcode: ({ errcode, phrase }) => ` answered code ${errcode}${quoted(phrase)}`,
  status: ({ status, phrase }) => ` answered HTTP ${status}${quoted(phrase)}`,
  no_answer: ({ reason }) => `: ${NO_ANSWER[reason] ?? reason}`,
  answer_too_large: ({ maxBytes }) => `: the answer is larger than ${maxBytes} bytes`,
  not_json: ({ bytes }) => `: the answer of ${bytes} bytes is not JSON`,
  not_updates: ({ bytes }) => `: the answer of ${bytes} bytes is not JSON of the API`,
  no_object: ': the answer is not a JSON object',
  errcode_no_number: ': the code in the answer is no number',
  no_upload_address: ': no address to upload to',
  no_encrypted_param: ': the header x-encrypted-param is missing',
  foreign_api: ': the answer is not one of iLink',
};

const MEDIA: Table<MediaSeen, string> = {
  host: ({ host }) => hostWords(host),
  redirected: ({ host }) => `redirected to ${hostWords(host)}`,
  more_bytes: ({ maxBytes }) => `more than ${maxBytes} bytes`,
  decoded_larger: ({ maxBytes }) => `it is larger than ${maxBytes} bytes`,
  longer: ({ minutes }) => `it is longer than ${minutes} minutes`,
  no_blocks: ({ bytes, blockBytes }) => `${bytes} bytes came, not a multiple of ${blockBytes}`,
  no_reference: 'neither full_url nor encrypt_query_param',
  key_absent: 'there is no key',
  key_unreadable: 'not a key of 16 bytes',
  wrong_padding: 'wrong padding',
  other_md5: 'its MD5 is not the one in the message',
  begins_like_html: 'it begins like HTML',
  html_type: 'its type is text/html',
  shorter_than_before: 'it was shorter the second time',
  no_silk: 'it is not SILK',
  empty: 'it is empty',
  decoder_refused: 'the decoder refused it',
};

/** A host that a server named, or why it is not named here. */
export function hostWords(host: string): string {
  return NO_HOST[host] ?? host;
}

/** What was seen, for whoever looks for the reason. */
export function detailOf({ facts: { endpoint, seen } }: { facts: ErrorFacts }): string {
  return isOfFile(seen)
    ? textOf<MediaSeen, string>(MEDIA, seen)
    : endpoint + textOf<ExchangeSeen, string>(EXCHANGE, seen);
}

function isOfFile(seen: Seen): seen is MediaSeen {
  return Object.hasOwn(MEDIA, seen.code);
}

function quoted(phrase: string | undefined): string {
  return phrase === undefined ? '' : `, "${phrase}"`;
}
