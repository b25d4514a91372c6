import {
  NodeConnectionTypes,
  type INodeType,
  type INodeTypeDescription,
  type ITriggerFunctions,
  type ITriggerResponse,
} from 'n8n-workflow';

import { systemClock } from '../../ilink/clock';
import { bots } from './shared/bots';
import { CREDENTIAL_NAME, readCredential } from './shared/credential';
import { testWeChatBot } from './shared/credentialTest';
import { toNodeError } from './shared/errors';
import { logins, storeOfBots } from './shared/logins';
import type { Hurried } from './trigger/credentialWatch';
import { Listening } from './trigger/listen';
import { triggerProperties } from './trigger/properties';
import { readSettings } from './trigger/settings';

/** Of all triggers of this process. */
const hurried: Hurried = new Set();

export class WeChatTrigger implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'WeChat Trigger',
    name: 'weChatTrigger',
    icon: { light: 'file:wechat.svg', dark: 'file:wechat.dark.svg' },
    group: ['trigger'],
    version: 1,
    subtitle: '={{ $parameter["messageTypes"].join(", ") || "all messages" }}',
    description: 'Starts the workflow when a WeChat user writes to the bot',
    defaults: { name: 'WeChat Trigger' },
    eventTriggerDescription: 'Waiting for you to write to the bot in WeChat',
    activationMessage: 'The workflow now starts for every WeChat message to the bot.',
    inputs: [],
    outputs: [NodeConnectionTypes.Main],
    credentials: [{ name: 'weChatBotApi', required: true, testedBy: 'testWeChatBot' }],
    properties: triggerProperties,
  };

  methods = { credentialTest: { testWeChatBot } };

  async trigger(this: ITriggerFunctions): Promise<ITriggerResponse> {
    const listening = listeningOf(this);
    const start = async (): Promise<void> => {
      try {
        listening.start(readCredential(await this.getCredentials(CREDENTIAL_NAME)));
      } catch (error) {
        throw toNodeError(this.getNode(), error);
      }
    };
    const closeFunction = async (): Promise<void> => listening.close();
    if (this.getMode() === 'manual') return { closeFunction, manualTriggerFunction: start };
    await start();
    return { closeFunction };
  }
}

function listeningOf(context: ITriggerFunctions): Listening {
  const renewal = { logins, store: storeOfBots };
  try {
    return new Listening(context, readSettings(context), { bots, clock: systemClock, renewal, hurried });
  } catch (error) {
    throw toNodeError(context.getNode(), error);
  }
}
