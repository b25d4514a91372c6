import {
  NodeConnectionTypes,
  type IExecuteFunctions,
  type INodeExecutionData,
  type INodeType,
  type INodeTypeDescription,
} from 'n8n-workflow';

import { credentialsOf, propertiesOf } from './actions/choices';
import { RESOURCES } from './actions/registry';
import { route } from './actions/router';
import { testWeChatBot } from './shared/credentialTest';

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
    credentials: credentialsOf(RESOURCES),
    properties: propertiesOf(RESOURCES),
  };

  methods = { credentialTest: { testWeChatBot } };

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    return route.call(this);
  }
}
