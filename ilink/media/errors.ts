import type { Verdict } from '../verdict';
import { ILinkError } from '../errors';

/** Why a file of a message cannot be had, although the server did nothing wrong. */
export type MediaProblem =
  | 'no_address'
  | 'foreign_host'
  | 'no_key'
  | 'too_large'
  | 'key_does_not_fit'
  | 'damaged'
  | 'web_page'
  | 'not_decodable';

const ASK_AGAIN = 'Ask the sender to send the file once more, as a new message and not forwarded.';

const VERDICTS: Record<MediaProblem, Verdict> = {
  no_address: {
    kind: 'media_unusable',
    repeat: 'no',
    message: 'The message does not say where its file is',
    next: 'A media reference needs "media" with "full_url" or "encrypt_query_param", as the WeChat Trigger gives it.',
  },
  foreign_host: {
    kind: 'media_unusable',
    repeat: 'no',
    message: "The file is not on one of WeChat's media hosts",
    next: 'Nothing was fetched. If you trust the host below, add it to "Additional Media Hosts" in the options.',
  },
  no_key: {
    kind: 'media_unusable',
    repeat: 'no',
    message: 'The key of the file is missing or not readable',
    next: `The reference needs "aeskey" or "media.aes_key" as the WeChat Trigger gives it. If it is unchanged, the message came without one. ${ASK_AGAIN}`,
  },
  too_large: {
    kind: 'media_too_large',
    repeat: 'no',
    message: 'The file is larger than the limit',
    next: 'Raise "Max File Size (MB)" in the options if this n8n has room for it.',
  },
  key_does_not_fit: {
    kind: 'media_unusable',
    repeat: 'no',
    message: 'The file could not be decrypted: its key does not fit, or it is damaged',
    next: `This happens with some forwarded files. ${ASK_AGAIN}`,
  },
  damaged: {
    kind: 'media_unusable',
    repeat: 'few',
    message: 'The file arrived damaged or incomplete',
    next: `Try again. If it stays, the stored file is damaged. ${ASK_AGAIN}`,
  },
  web_page: {
    kind: 'media_unusable',
    repeat: 'no',
    message: 'A web page came instead of the file',
    next: "A proxy, a firewall or a login page of the network answered instead of WeChat's file server. Check that this n8n can open connections to the address of the file, then try again: the file itself is fine.",
  },
  not_decodable: {
    kind: 'media_unusable',
    repeat: 'no',
    message: 'The voice message could not be turned into WAV',
    next: 'Choose "SILK" as the voice format to get the recording as it came.',
  },
};

/** A file of a message that cannot be had. Concerns this file only: the message and its other files are fine. */
export class ILinkMediaError extends ILinkError {
  constructor(
    readonly problem: MediaProblem,
    detail: string,
  ) {
    super('cdn_download', VERDICTS[problem], detail);
  }
}
