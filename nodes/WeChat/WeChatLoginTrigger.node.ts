import {
  NodeConnectionTypes,
  type IHookFunctions,
  type INodeType,
  type INodeTypeDescription,
  type ITriggerFunctions,
  type ITriggerResponse,
  type IWebhookFunctions,
  type IWebhookResponseData,
} from 'n8n-workflow';

import { loginPanel, loginTriggerProperties, loginWebhooks } from './login/properties';
import { answerWebhook, closeLoginPage, openLoginPage, watchLogins } from './login/trigger';

export class WeChatLoginTrigger implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'WeChat Login Trigger',
    name: 'weChatLoginTrigger',
    icon: { light: 'file:wechat.svg', dark: 'file:wechat.dark.svg' },
    group: ['trigger'],
    version: 1,
    subtitle: '={{ $parameter["credentialName"] }}',
    description:
      'Shows a page with a QR code that connects a WeChat account, and starts the workflow when it is done',
    defaults: { name: 'WeChat Login Trigger' },
    eventTriggerDescription: 'Waiting for you to open the test URL and to scan the QR code',
    activationMessage: 'The login page is open. Get a link to it with WeChat → Login → Get Login Link.',
    triggerPanel: loginPanel,
    inputs: [],
    outputs: [NodeConnectionTypes.Main],
    // n8n's own type, with which its credentials are written.
    // eslint-disable-next-line @n8n/community-nodes/no-credential-reuse, @n8n/community-nodes/valid-credential-references
    credentials: [{ name: 'n8nApi', required: true }],
    webhooks: loginWebhooks,
    properties: loginTriggerProperties,
  };

  webhookMethods = {
    default: {
      async checkExists(this: IHookFunctions): Promise<boolean> {
        return false;
      },
      async create(this: IHookFunctions): Promise<boolean> {
        return openLoginPage(this);
      },
      async delete(this: IHookFunctions): Promise<boolean> {
        return closeLoginPage(this);
      },
    },
  };

  async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
    return answerWebhook(this);
  }

  async trigger(this: ITriggerFunctions): Promise<ITriggerResponse> {
    return watchLogins(this);
  }
}
