import type { IAuthenticateGeneric, Icon, ICredentialType, INodeProperties } from 'n8n-workflow';

import { DEFAULT_API_BASE_URL, DEFAULT_CDN_BASE_URL } from '../ilink/endpoints';
import { CLIENT_VERSION } from '../ilink/version';

/**
 * One bot of one WeChat account, as the login returns it. The test is a function of the action node (testedBy there): a
 * request alone could not tell an answer of iLink from the page of a proxy.
 */
export class WeChatBotApi implements ICredentialType {
  name = 'weChatBotApi';

  displayName = 'WeChat Bot API';

  icon: Icon = { light: 'file:wechat.svg', dark: 'file:wechat.dark.svg' };

  documentationUrl =
    'https://github.com/n8n-nodes-wechat-ilink/n8n-nodes-wechat-ilink#connect-your-wechat-account';

  properties: INodeProperties[] = [
    {
      displayName:
        'You need not fill this in by hand: the workflow "Connect WeChat" shows a QR code and creates the credential. <a href="https://github.com/n8n-nodes-wechat-ilink/n8n-nodes-wechat-ilink#connect-your-wechat-account" target="_blank">How to connect</a>',
      name: 'loginNotice',
      type: 'notice',
      default: '',
    },
    {
      displayName: 'Bot Token',
      name: 'botToken',
      type: 'string',
      typeOptions: { password: true },
      required: true,
      default: '',
      description:
        'The "bot_token" that the QR code login returned. A new login ends the old token. What was kept of the bot before opens to a new token that you put in by hand when you have written one message to the new bot.',
    },
    {
      displayName: 'Bot ID',
      name: 'botId',
      type: 'string',
      default: '',
      placeholder: 'e.g. 0a1b2c3d4e5f@im.bot',
      description: 'The "ilink_bot_id" that the login returned. A label, which opens nothing.',
    },
    {
      displayName: "Owner's User ID",
      name: 'ownerUserId',
      type: 'string',
      default: '',
      placeholder: 'e.g. o9cq8x…@im.wechat',
      description:
        'The "ilink_user_id" that the login returned: you, as the bot sees you. Messages without a recipient go to this user; it opens nothing. Upper and lower case matter.',
    },
    {
      displayName: 'API Base URL',
      name: 'apiBaseUrl',
      type: 'string',
      default: DEFAULT_API_BASE_URL,
      description:
        'The "baseurl" that the login returned. The international host is https://ilinkai.wechat.com.',
    },
    {
      displayName: 'CDN Base URL',
      name: 'cdnBaseUrl',
      type: 'string',
      default: DEFAULT_CDN_BASE_URL,
      description: 'Where images, videos and files are stored. Leave it as it is unless you know better.',
    },
    {
      displayName: 'Client Version',
      name: 'clientVersion',
      type: 'string',
      default: CLIENT_VERSION,
      description:
        'The version that is declared to WeChat. Raise it when the phone asks to upgrade the OpenClaw interface version.',
    },
  ];

  /** For the HTTP Request node: calls that this package does not cover can use the same credential. */
  authenticate: IAuthenticateGeneric = {
    type: 'generic',
    properties: {
      headers: {
        AuthorizationType: 'ilink_bot_token',
        Authorization: '=Bearer {{$credentials.botToken}}',
        'iLink-App-Id': 'bot',
        'iLink-App-ClientVersion':
          '={{ ($credentials.clientVersion || "").split(".").reduce((sum, part) => sum * 256 + Number(part), 0) }}',
        'X-WECHAT-UIN': '={{ String(Math.floor(Math.random() * 4294967296)).base64Encode() }}',
      },
    },
  };
}
