import type { INodeProperties } from 'n8n-workflow';

const ownMessage =
  'Each file is a message of its own and counts as one of the 10 that WeChat allows after each message of the user.';

/** Where the files come from. */
export const sourceProperties: INodeProperties[] = [
  {
    displayName: 'Source',
    name: 'source',
    type: 'options',
    default: 'binary',
    options: [
      { name: 'Binary File', value: 'binary', description: 'One or more files of the incoming item' },
      {
        name: 'Media Reference',
        value: 'reference',
        description: 'Files that somebody sent to the bot, to forward them',
      },
      { name: 'URL', value: 'url', description: 'A file on the web' },
    ],
    description: 'Where the file comes from',
  },
  {
    displayName: 'Input Binary Field',
    name: 'binaryPropertyName',
    type: 'string',
    required: true,
    default: 'data',
    placeholder: 'e.g. data, attachment_0',
    displayOptions: { show: { source: ['binary'] } },
    hint: 'The name of the input field containing the file to be sent',
    description: `Name of the binary field of the incoming item that holds the file. Several names with commas between them send several files, in this order. ${ownMessage}`,
  },
  {
    displayName: 'Media Reference',
    name: 'mediaReference',
    type: 'json',
    required: true,
    default: '={{ $json.media }}',
    displayOptions: { show: { source: ['reference'] } },
    description: `The "media" of an incoming message, as the WeChat Trigger gives it: one reference, or a list of them. Without any, the files of the incoming message. They are fetched and uploaded anew. ${ownMessage}`,
  },
  {
    displayName: 'URL',
    name: 'url',
    type: 'string',
    required: true,
    default: '',
    placeholder: 'e.g. https://example.com/report.pdf',
    displayOptions: { show: { source: ['url'] } },
    description:
      'Address of the file. For a server that wants a login, fetch it with an HTTP Request node and send it as "Binary File".',
  },
];

/** How they are sent. */
export const sendProperties: INodeProperties[] = [
  {
    displayName: 'Send As',
    name: 'sendAs',
    type: 'options',
    default: 'auto',
    options: [
      {
        name: 'Automatic',
        value: 'auto',
        description: 'Decide by what the file is. Formats that phones do not show are sent as files.',
      },
      { name: 'File', value: 'file', description: 'A file to open, for every type' },
      { name: 'Image', value: 'image', description: 'Shown in the chat' },
      { name: 'Video', value: 'video', description: 'Played in the chat' },
    ],
    description:
      'How the recipient sees it. Audio is sent as a file: WeChat never shows voice messages of bots.',
  },
  {
    displayName: 'Caption',
    name: 'caption',
    type: 'string',
    typeOptions: { rows: 2 },
    default: '',
    description:
      'A text that goes out before the file, prepared and cut as that of "Send Text". It is a message of its own, a long one several, and each counts as one of the 10 that WeChat allows after each message of the user.',
  },
];

/** Under "Options". */
export const optionProperties: INodeProperties[] = [
  {
    displayName: 'Additional Media Hosts',
    name: 'mediaHosts',
    type: 'string',
    default: '',
    placeholder: 'e.g. files.example.com, *.example.org',
    displayOptions: { show: { '/source': ['reference'] } },
    description:
      "Hosts that the files of references may be fetched from, separated by commas, besides WeChat's and those of the credential. A message can name any address, so add only hosts that you trust.",
  },
  {
    displayName: 'File Name',
    name: 'fileName',
    type: 'string',
    default: '',
    placeholder: 'e.g. report.pdf',
    description:
      'The name that the recipient sees. By default it is the name that the file has. Of several files, each keeps its own.',
  },
  {
    displayName: 'Max File Size (MB)',
    name: 'maxFileSize',
    type: 'number',
    typeOptions: { minValue: 1 },
    default: 100,
    description: 'A larger file is not sent, and an error says so',
  },
];
