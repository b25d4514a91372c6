import {
  NodeConnectionTypes,
  type IExecuteFunctions,
  type INodeExecutionData,
  type INodeType,
  type INodeTypeDescription,
} from 'n8n-workflow';

import { loginOperations } from './actions/login/operations';
import { OPERATIONS, route } from './actions/router';
import { testWeChatBot } from './shared/credentialTest';

const parameters = Object.values(OPERATIONS).flatMap((operations) =>
  Object.values(operations).flatMap((operation) => operation.description),
);

/** Operations that need no bot: they are for people who have none yet. */
const WITHOUT_CREDENTIAL = ['getLoginLink', 'getQrCode', 'waitForScan'];

export class WeChat implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'WeChat',
    name: 'weChat',
    icon: { light: 'file:wechat.svg', dark: 'file:wechat.dark.svg' },
    group: ['output'],
    version: 1,
    subtitle: '={{$parameter["operation"] + ": " + $parameter["resource"]}}',
    description: 'Send messages, images, videos and files to WeChat users',
    defaults: { name: 'WeChat' },
    inputs: [NodeConnectionTypes.Main],
    outputs: [NodeConnectionTypes.Main],
    usableAsTool: true,
    credentials: [
      {
        name: 'weChatBotApi',
        required: true,
        testedBy: 'testWeChatBot',
        displayOptions: { hide: { operation: WITHOUT_CREDENTIAL } },
      },
      {
        // n8n's own type, with which its credentials are written.
        // eslint-disable-next-line @n8n/community-nodes/no-credential-reuse, @n8n/community-nodes/valid-credential-references
        name: 'n8nApi',
        required: true,
        displayOptions: { show: { operation: ['waitForScan'], saveTo: ['credential'] } },
      },
    ],
    properties: [
      {
        displayName: 'Resource',
        name: 'resource',
        type: 'options',
        noDataExpression: true,
        default: 'message',
        options: [
          { name: 'Conversation', value: 'conversation' },
          { name: 'Login', value: 'login' },
          { name: 'Media', value: 'media' },
          { name: 'Message', value: 'message' },
          { name: 'Typing', value: 'typing' },
        ],
      },
      {
        displayName: 'Operation',
        name: 'operation',
        type: 'options',
        noDataExpression: true,
        default: 'get',
        displayOptions: { show: { resource: ['conversation'] } },
        options: [
          {
            name: 'Cancel Queued',
            value: 'cancelQueued',
            action: 'Cancel queued messages',
            description: 'Cancel messages that wait until the user writes again',
          },
          {
            name: 'Get',
            value: 'get',
            action: 'Get conversation',
            description: 'Get whether and how many messages the bot may still send to a user',
          },
          {
            name: 'Get Many',
            value: 'getMany',
            action: 'Get many conversations',
            description: 'Get the same for everybody with whom the bot had to do',
          },
          {
            name: 'List Queued',
            value: 'listQueued',
            action: 'List queued messages',
            description: 'List the messages that wait until their users write again',
          },
        ],
      },
      {
        displayName: 'Operation',
        name: 'operation',
        type: 'options',
        noDataExpression: true,
        default: 'download',
        displayOptions: { show: { resource: ['media'] } },
        options: [
          {
            name: 'Download',
            value: 'download',
            action: 'Download media',
            description:
              'Get the images, voice messages, videos and files that somebody sent, as binary data',
          },
        ],
      },
      {
        displayName: 'Operation',
        name: 'operation',
        type: 'options',
        noDataExpression: true,
        default: 'getLoginLink',
        displayOptions: { show: { resource: ['login'] } },
        options: loginOperations,
      },
      {
        displayName: 'Operation',
        name: 'operation',
        type: 'options',
        noDataExpression: true,
        default: 'sendText',
        displayOptions: { show: { resource: ['message'] } },
        options: [
          {
            name: 'Send Media',
            value: 'sendMedia',
            action: 'Send media',
            description: 'Send an image, a video or a file',
          },
          { name: 'Send Text', value: 'sendText', action: 'Send text', description: 'Send a text message' },
        ],
      },
      {
        displayName: 'Operation',
        name: 'operation',
        type: 'options',
        noDataExpression: true,
        default: 'start',
        displayOptions: { show: { resource: ['typing'] } },
        options: [
          {
            name: 'Start',
            value: 'start',
            action: 'Start typing',
            description: 'Show "typing…" to the user until a message is sent or the execution ends',
          },
          { name: 'Stop', value: 'stop', action: 'Stop typing', description: 'Hide "typing…" again' },
        ],
      },
      ...parameters,
    ],
  };

  methods = { credentialTest: { testWeChatBot } };

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    return route.call(this);
  }
}
