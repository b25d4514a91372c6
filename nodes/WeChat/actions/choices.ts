import type { INodeProperties } from 'n8n-workflow';

import { loginOperations } from './login/operations';

/** What the node can do: the resources, and the operations of each. */
export const choices: INodeProperties[] = [
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
    default: 'getLoginLink',
    displayOptions: { show: { resource: ['login'] } },
    options: loginOperations,
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
        description: 'Get the images, voice messages, videos and files that somebody sent, as binary data',
      },
    ],
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
];
