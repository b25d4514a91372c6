import type { Words } from './table';

const USE_MEDIA = 'Use the "media" of a WeChat Trigger item, one entry of it, or a list of such entries.';

/** A file as the user knows it, to begin a sentence with. */
export const fileLabels = {
  inField: (field: string) => `The file in "${field}"`,
  named: (name: string | undefined) => `The file "${name ?? 'without a name'}"`,
  ofMessage: (name: string | undefined, index: number, kind: string) =>
    name ? `The file "${name}" of the message` : `File ${index + 1} of the message (${kind})`,
  at: (host: string) => `The file at ${host}`,
};

interface Labelled {
  /** One of {@link fileLabels}. */
  label: string;
}

function inBrackets(code: string | undefined): string {
  return code ? ` (${code})` : '';
}

/** What is wrong with a file or with what says where it is. */
export const FILES = {
  disk_full: ({ label, code }: Labelled & { code: string }) => ({
    message: `${label} could not be kept while it was sent, because this n8n's disk is full`,
    next: `Make room in the folder for temporary files. (${code})`,
  }),
  file_too_large: ({ label, maxMegabytes }: Labelled & { maxMegabytes: number }) => ({
    message: `${label} is larger than ${maxMegabytes} MB`,
    next: 'Raise "Max File Size (MB)" in the options to send it all the same. Whether WeChat takes files of more than 100 MB is not known.',
  }),
  file_unreadable: ({ label, code }: Labelled & { code: string | undefined }) => ({
    message: `${label} could not be read to its end`,
    next: `Run the node that gave the file again; a file of an earlier execution may be deleted by now.${inBrackets(code)}`,
  }),
  file_changed: ({ label }: Labelled) => ({
    message: `${label} changed while it was sent`,
    next: 'Nothing was sent. Run the node again when nothing writes to the file any more.',
  }),
  file_empty: ({ label }: Labelled) => ({
    message: `${label} is empty`,
    next: 'WeChat takes no empty files. Check the node that made the file.',
  }),
  no_binary_field: {
    message: 'No binary field is named',
    next: 'Fill in "Input Binary Field" with the name of the field that holds the file, which is "data" as a rule.',
  },
  no_reference: {
    message: 'There is no media reference',
    next: 'Fill in "Media Reference" with the "media" of a message that has files, for example {{ $json.media }} behind the WeChat Trigger.',
  },
  reference_is_text: { message: 'The media reference is a text and not a reference', next: USE_MEDIA },
  reference_without_media: ({ index }: { index: number }) => ({
    message: `Media reference ${index + 1} has no "media" that says where the file is`,
    next: USE_MEDIA,
  }),
  no_url: ({ isEmpty }: { isEmpty: boolean }) => ({
    message: isEmpty ? 'The URL is empty' : 'The URL is not a web address',
    next: 'Fill in "URL" with an address that starts with https:// or http://. If it is an expression, check that it gives a value for this item.',
  }),
  url_unreachable: ({ label, code }: Labelled & { code: string | undefined }) => ({
    message: `${label} could not be fetched`,
    next: `Check the URL, and that this n8n can reach it (DNS, proxy, firewall).${inBrackets(code)}`,
  }),
  url_is_page: ({ label }: Labelled) => ({
    message: `${label} is a web page (HTML) and not the file itself`,
    next: 'Open the URL in a private window of a browser: it often shows a login, a preview or an error. Use the address that downloads the file, or fetch it with an HTTP Request node and send it as "Binary File". To send the page itself, give it a "File Name" that ends with .html.',
  }),
  url_refused: ({ label, status }: Labelled & { status: number }) => ({
    message: `${label} could not be fetched: the server answered ${status}`,
    next: refusalNext(status),
  }),
  no_output_field: {
    message: 'The output field has no name',
    next: 'Fill in "Put Output File in Field", for example with "data".',
  },
  none_fetched: ({ files, first }: { files: number; first: Words }) => ({
    message: `None of the ${files} files could be fetched. The first one: ${first.message}`,
    next: first.next,
  }),
  not_kept: ({ code }: { code: string }) => ({
    message: 'n8n could not keep the file',
    next: `Check the disk, and where n8n keeps binary data (N8N_DEFAULT_BINARY_DATA_MODE). (${code})`,
  }),
};

function refusalNext(status: number): string {
  if (status === 401 || status === 403)
    return 'The server wants a login. Fetch the file with an HTTP Request node and its credential, and send it as "Binary File".';
  return status >= 500
    ? 'That server has a problem. Try again in a minute.'
    : 'Check that the URL is right and still valid: links to files often expire.';
}
