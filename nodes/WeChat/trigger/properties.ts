import type { INodeProperties } from 'n8n-workflow';

import { maxFileSize, mediaHosts, voiceFormat } from '../media/receiveOptions';

/** The trigger's parameters. */
export const triggerProperties: INodeProperties[] = [
  {
    displayName: 'Message Types',
    name: 'messageTypes',
    type: 'multiOptions',
    default: [],
    options: [
      { name: 'File', value: 'file' },
      { name: 'Image', value: 'image' },
      { name: 'Other', value: 'unknown', description: 'What this node does not know, with its raw form' },
      { name: 'Text', value: 'text' },
      { name: 'Video', value: 'video' },
      { name: 'Voice', value: 'voice' },
    ],
    description: 'Which messages start the workflow. Leave it empty for all of them.',
  },
  {
    displayName: 'Filters',
    name: 'filters',
    type: 'collection',
    placeholder: 'Add filter',
    default: {},
    options: [
      {
        displayName: 'Senders',
        name: 'senders',
        type: 'string',
        default: '',
        placeholder: 'e.g. o9cq8x…@im.wechat',
        description:
          'User IDs, separated by commas. Messages of everybody else are ignored. Upper and lower case matter.',
      },
    ],
  },
  {
    displayName: 'Download Media',
    name: 'downloadMedia',
    type: 'boolean',
    default: false,
    description:
      'Whether to put images, voice messages, videos and files on the item as binary data. It costs disk space for good: n8n deletes the binary data of executions, but never what a trigger made before them. Without it the item has references, and the WeChat node fetches them with Media → Download. A file that fails or is late does not keep the message back: the item then says so in "mediaError".',
  },
  {
    displayName: 'Media Options',
    name: 'mediaOptions',
    type: 'collection',
    placeholder: 'Add option',
    default: {},
    displayOptions: { show: { downloadMedia: [true] } },
    options: [
      mediaHosts,
      maxFileSize,
      {
        displayName: 'Timeout (Seconds)',
        name: 'timeout',
        type: 'number',
        typeOptions: { minValue: 1 },
        default: 60,
        description: 'How long a message waits for its files. What is not there by then is left out.',
      },
      voiceFormat,
    ],
  },
  {
    displayName: 'Options',
    name: 'options',
    type: 'collection',
    placeholder: 'Add option',
    default: {},
    options: [
      {
        displayName: 'Acknowledge',
        name: 'acknowledge',
        type: 'options',
        default: 'taken',
        options: [
          {
            name: 'When Execution Finishes',
            value: 'finished',
            description: 'An execution that a crash of n8n interrupted is started again',
          },
          {
            name: 'When Execution Succeeds',
            value: 'succeeded',
            description: 'A failed execution is started again, too, after the retry delay',
          },
          {
            name: 'When N8n Has Taken the Message',
            value: 'taken',
            description: 'One execution per message, however it ends',
          },
        ],
        description: 'When a message counts as handled. Until then it is kept, also across a restart.',
      },
      {
        displayName: 'Deadline (Minutes)',
        name: 'deadline',
        type: 'number',
        typeOptions: { minValue: 1 },
        default: 60,
        description:
          'How long to wait for an execution to end. With "When Execution Finishes" or "Succeeds" it then counts as failed. With "When n8n Has Taken the Message" the next message goes on then. Unless this option is set, such an execution holds up messages of others for 2 minutes, and those that wait for it in order, or because of Max Parallel Executions, for 5: set it when yours take longer. In queue mode, where a job can get lost with Redis, n8n is offered such a message again after 90 seconds, and drops what it has.',
      },
      {
        displayName: 'Emit Status Changes',
        name: 'statusItems',
        type: 'boolean',
        default: false,
        description:
          'Whether to start the workflow also when the connection changes, for example when a new login is needed. Such items have the type "status".',
      },
      {
        displayName: 'Include Raw Message',
        name: 'includeRaw',
        type: 'boolean',
        default: false,
        description: 'Whether to add the message as it came from WeChat as "raw"',
      },
      {
        displayName: 'Language of Descriptions',
        name: 'chatInputLanguage',
        type: 'options',
        default: 'en',
        options: [
          { name: 'Chinese (中文)', value: 'zh' },
          { name: 'English', value: 'en' },
        ],
        description:
          'In which language "chatInput" tells an AI agent what came that is no text: pictures, videos, files, voice messages without a transcript, and quotes',
      },
      {
        displayName: 'Max Attempts',
        name: 'maxAttempts',
        type: 'number',
        typeOptions: { minValue: 1 },
        default: 3,
        description: 'How often an execution is started for a message when the one before did not do',
      },
      {
        displayName: 'Max Parallel Executions',
        name: 'maxParallel',
        type: 'number',
        typeOptions: { minValue: 1 },
        default: 20,
        description:
          'How many executions of this trigger may run at the same time. One user takes half of them at the most. The other messages wait. Unless this option is set, 20, and 100 in queue mode, where workers run them.',
      },
      {
        displayName: 'Process Messages',
        name: 'order',
        type: 'options',
        default: 'parallel',
        options: [
          { name: 'In Parallel', value: 'parallel', description: 'Each message at once' },
          {
            name: 'One at a Time',
            value: 'oneAtATime',
            description: 'The next message starts when the execution before has ended',
          },
          {
            name: 'One at a Time per User',
            value: 'perUser',
            description: 'In order for each user; no user waits for another',
          },
        ],
        description: 'Which messages may be handled at the same time',
      },
      {
        displayName: 'Report Trouble After (Minutes)',
        name: 'troubleAfter',
        type: 'number',
        typeOptions: { minValue: 0 },
        default: 2,
        description:
          'How long the connection to WeChat has to fail until that becomes a failed execution, and a status item with "Emit Status Changes". A fault that passes sooner is not reported. What needs a person, such as a new login, is reported at once.',
      },
      {
        displayName: 'Retry Delay (Seconds)',
        name: 'retryDelay',
        type: 'number',
        typeOptions: { minValue: 1 },
        default: 60,
        description: 'How long to wait before an execution is started again for the same message',
      },
      {
        displayName: 'Show Typing While the Workflow Runs',
        name: 'showTyping',
        type: 'boolean',
        default: false,
        description:
          'Whether the sender sees "typing…" from the moment at which the workflow starts until it sends them a message or ends, for ten minutes at the most',
      },
    ],
  },
];
