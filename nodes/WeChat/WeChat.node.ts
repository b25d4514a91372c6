import {
  NodeConnectionTypes,
  type IExecuteFunctions,
  type INodeExecutionData,
  type INodeType,
  type INodeTypeDescription,
} from 'n8n-workflow';

import { choices } from './actions/choices';
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
    properties: [...choices, ...parameters],
  };

  methods = { credentialTest: { testWeChatBot } };

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    return route.call(this);
  }
}
