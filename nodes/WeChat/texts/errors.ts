import type { ErrorCode, ErrorFacts } from '../../../ilink/errors';
import type { NamedLimit } from '../../../ilink/verdict';
import { textOf, type Table, type Words } from './table';

const MINUTE = 'This passes by itself as a rule. Try again in a minute.';
const SLOW =
  'The network or the server is slow. Try again in a minute. If it stays, check proxy and firewall.';
const ASK_AGAIN = 'Ask the sender to send the file once more, as a new message and not forwarded.';
const CHECK_CDN = 'Check the CDN base URL in the credential';
const ANOTHER = 'A proxy or a login page of the network can also be what answered.';
const OPEN = '(internet access, DNS, proxy, firewall)';

type Errors = { code: ErrorCode; facts: ErrorFacts };

const ERRORS: Table<Errors, Words> = {
  accepted: { message: 'Accepted by WeChat', next: '' },
  empty_poll: { message: 'Nothing new', next: '' },
  login_needed: {
    message: 'WeChat no longer accepts the bot token. Log in again',
    next: 'The token was revoked, or the account was connected somewhere else since: one WeChat account has one live bot. Log in again with a QR code and put the new bot token into the credential. Running workflows pick it up by themselves.',
  },
  throttled: {
    message: 'WeChat asked for a pause',
    next: 'The code is reported both for a rate limit and for the end of a session. Wait a few minutes and send less often. If it stays, log in again.',
  },
  window_closed: {
    message: 'The conversation is closed until the user writes again',
    next: 'WeChat lets a bot send 10 messages, within 24 hours, after each message of the user. Ask the user to write anything to the bot, then send again. Repeating before that does not help and can lengthen the pause.',
  },
  certificate_untrusted: {
    message: "The server's certificate is not trusted",
    next: 'Nothing was sent. Check the address in the credential and the clock of this machine. A proxy or firewall that opens encrypted connections brings a certificate of its own: give its CA certificate to n8n with NODE_EXTRA_CA_CERTS, and restart n8n.',
  },
  server_trouble: { message: "WeChat's server had a problem", next: MINUTE },
  unreachable: {
    message: 'WeChat could not be reached',
    next: `Check the API base URL in the credential, and that this n8n can open connections to it ${OPEN}.`,
  },
  timed_out: { message: 'WeChat did not answer in time', next: SLOW },
  unintelligible: {
    message: 'The answer did not come from the iLink API, or was cut off',
    next: `Check the API base URL in the credential. ${ANOTHER}`,
  },
  access_denied: {
    message: 'Access was denied',
    next: 'Check the bot token and the API base URL in the credential. A proxy in between can also deny access.',
  },
  wrong_address: {
    message: 'There is no iLink API at this address',
    next: 'Check the API base URL in the credential. It is the "baseurl" that the login returned; without one it is https://ilinkai.weixin.qq.com.',
  },
  wrong_recipient: {
    message: 'WeChat does not know this recipient',
    next: 'Check "To": ids look like …@im.wechat and upper and lower case matter. Use the from_user_id of a message that came from this user.',
  },
  unknown_code: {
    message: 'WeChat refused the request with a code that is not known',
    next: 'Look at the code below. If it stays, please report it to the maintainers of this node.',
  },
  login_failed: {
    message: 'WeChat refused the login',
    next: 'Check the API base URL and the client version. A proxy that removes headers can also be the reason. The code that WeChat gave is below.',
  },
  upload_not_prepared: {
    message: 'WeChat could not prepare the upload',
    next: 'Either WeChat had a problem, or it does not know the recipient. Check "To", then try again.',
  },
  upload_refused: ({ limit }) => ({
    message: 'WeChat refused the upload for this account',
    next: `${limit ? `WeChat takes at most ${amountOf(limit)} there. ` : ''}Some accounts may not send files of this kind or size. Try a smaller file or another type, or send a link as text.`,
  }),
  bad_request: {
    message: 'WeChat refused the request as invalid',
    next: 'Check the parameters of the node, "To" and "Context Token" first. The code that WeChat answered with is below.',
  },
  text_too_long: ({ limit }) => ({
    message: 'The text is too long for one WeChat message',
    // Without a limit that the server names, 16,384 bytes is what was reported.
    next: `One message holds at most ${limit ? `${amountOf(limit)} of text` : '16,384 bytes of text (about 5,400 Chinese characters)'}. Send it in several messages, with a smaller "Max Characters per Message".`,
  }),
  fetch_failed: {
    message: 'The file could not be fetched from WeChat',
    next: `Check that this n8n can open connections to the address of the file ${OPEN}, then try again.`,
  },
  fetch_timed_out: {
    message: 'The file did not arrive in time',
    next: 'The network or the server is slow. Try again, or allow more time in the options.',
  },
  file_gone: {
    message: 'WeChat does not give out this file (any more)',
    next: 'Files can be fetched for a limited time after the message, so fetch them at once. Ask the sender to send the file once more.',
  },
  file_server_trouble: { message: "WeChat's file server had a problem", next: MINUTE },
  file_server_throttled: {
    message: "WeChat's file server asked for a pause",
    next: 'Wait a few minutes and send fewer files at a time.',
  },
  file_refused: {
    message: "WeChat's file server refused the file",
    next: 'What is known of the reason is below. Run the node again, and if it stays, try another file to see whether it is the file or the account.',
  },
  file_too_large: ({ limit }) => ({
    message: "The file is too large for WeChat's file server",
    next: `${limit ? `It takes at most ${amountOf(limit)}. ` : ''}Send a smaller file, or a link to it as text.`,
  }),
  no_file_server: {
    message: "What answered is not WeChat's file server",
    next: `${CHECK_CDN}; without a reason to change it, it is https://novac2c.cdn.weixin.qq.com/c2c. A proxy in between can also be what answered.`,
  },
  file_server_unreachable: {
    message: "WeChat's file server could not be reached, or broke off",
    next: `Check that this n8n can open connections to it ${OPEN}, and the CDN base URL in the credential.`,
  },
  file_server_timed_out: { message: "WeChat's file server stopped taking the file", next: SLOW },
  file_server_unintelligible: {
    message: "WeChat's file server did not say where it keeps the file",
    next: `${CHECK_CDN}. ${ANOTHER}`,
  },
  no_address: {
    message: 'The message does not say where its file is',
    next: 'A media reference needs "media" with "full_url" or "encrypt_query_param", as the WeChat Trigger gives it.',
  },
  foreign_host: {
    message: "The file is not on one of WeChat's media hosts",
    next: 'Nothing was fetched. If you trust the host below, add it to "Additional Media Hosts" in the options.',
  },
  no_key: {
    message: 'The key of the file is missing or not readable',
    next: `The reference needs "aeskey" or "media.aes_key" as the WeChat Trigger gives it. If it is unchanged, the message came without one. ${ASK_AGAIN}`,
  },
  too_large: {
    message: 'The file is larger than the limit',
    next: 'Raise "Max File Size (MB)" in the options if this n8n has room for it.',
  },
  key_does_not_fit: {
    message: 'The file could not be decrypted: its key does not fit, or it is damaged',
    next: `This happens with some forwarded files. ${ASK_AGAIN}`,
  },
  damaged: {
    message: 'The file arrived damaged or incomplete',
    next: `Try again. If it stays, the stored file is damaged. ${ASK_AGAIN}`,
  },
  web_page: {
    message: 'A web page came instead of the file',
    next: "A proxy, a firewall or a login page of the network answered instead of WeChat's file server. Check that this n8n can open connections to the address of the file, then try again: the file itself is fine.",
  },
  not_decodable: {
    message: 'The voice message could not be turned into WAV',
    next: 'Choose "SILK" as the voice format to get the recording as it came.',
  },
};

/** What an error of the protocol means, and what to do. It may come from the store, where a later version has written it. */
export function errorWords(error: Errors): Words {
  return textOf<Errors, Words>(ERRORS, isKnown(error) ? error : { ...error, code: 'unknown_code' });
}

function isKnown({ code }: Errors): boolean {
  return Object.hasOwn(ERRORS, code);
}

function amountOf({ amount, unit }: NamedLimit): string {
  return `${amount.toLocaleString('en-US')} ${unit}`;
}
