import {
  NodeConnectionTypes,
  type EngineRequest,
  type EngineResponse,
  type IDataObject,
  type IExecuteFunctions,
  type INodeExecutionData,
  type INodeType,
  type INodeTypeDescription,
  type INodeTypes,
} from 'n8n-workflow';

import { WeChat } from '../../../nodes/WeChat/WeChat.node';
import { WeChatLoginTrigger } from '../../../nodes/WeChat/WeChatLoginTrigger.node';
import { WeChatTrigger } from '../../../nodes/WeChat/WeChatTrigger.node';

export const WECHAT = 'n8n-nodes-wechat-ilink.weChat';
export const WECHAT_LOGIN_TRIGGER = 'n8n-nodes-wechat-ilink.weChatLoginTrigger';
export const WECHAT_TRIGGER = 'n8n-nodes-wechat-ilink.weChatTrigger';
/** Starts a workflow with the items that it was given, like n8n's manual trigger. */
export const START = 'test.start';
/** Puts something else in the place of every item, as a Set node or an AI agent does. */
export const REPLACE = 'test.replace';
/** Gives new items and does not say what they came from. n8n can pair them only if there is one item. */
export const UNPAIRED = 'test.unpaired';
/** An AI agent that calls its tools (drafts with `toolOf`) once for every item, as n8n's own does since version 3. */
export const TOOL_AGENT = 'test.toolAgent';

/** Holds each execution until the test lets it go on, or fail (see {@link gate}). */
export const GATE = 'test.gate';

/** The executions that stand at a {@link GATE} node, by the text of their message. */
class Gate {
  /** The texts of all that came, in order. */
  readonly arrived: string[] = [];
  private readonly standing = new Map<string, PromiseWithResolvers<void>>();

  stand(text: string): Promise<void> {
    this.arrived.push(text);
    const held = Promise.withResolvers<void>();
    this.standing.set(text, held);
    return held.promise;
  }

  /** The latest execution of this message goes on; with an error, it fails. */
  open(text: string, error?: Error): void {
    const held = this.standing.get(text);
    if (!held) throw new Error(`No execution of "${text}" stands here`);
    this.standing.delete(text);
    if (error) held.reject(error);
    else held.resolve();
  }

  /** Nobody stands here any more. */
  clear(): void {
    for (const text of this.standing.keys()) this.open(text);
    this.arrived.length = 0;
  }
}
export const gate = new Gate();

type Execute = (
  this: IExecuteFunctions,
  response?: EngineResponse,
) => Promise<INodeExecutionData[][] | EngineRequest>;

class TestNode implements INodeType {
  description: INodeTypeDescription;

  constructor(
    name: string,
    readonly execute: Execute,
  ) {
    this.description = {
      displayName: name,
      name,
      group: ['transform'],
      version: 1,
      description: '',
      defaults: { name },
      inputs: [NodeConnectionTypes.Main],
      outputs: [NodeConnectionTypes.Main],
      properties: [],
    };
  }
}

function replaced(context: IExecuteFunctions): IDataObject[] {
  return context
    .getInputData()
    .map(({ json }, index) => ({ answer: `answer ${index}: ${String(json.text)}` }));
}

/** What the model says: each tool is to be called with the text of the item. */
function toolCalls(context: IExecuteFunctions): EngineRequest {
  const tools = context.getParentNodes(context.getNode().name, {
    connectionType: NodeConnectionTypes.AiTool,
    depth: 1,
  });
  const actions = context.getInputData().flatMap(({ json }, itemIndex) =>
    tools.map(({ name }) => ({
      actionType: 'ExecutionNodeAction' as const,
      nodeName: name,
      input: { said: `the agent says: ${String(json.answer ?? json.text)}` },
      type: NodeConnectionTypes.AiTool,
      id: `call-${itemIndex}-${name}`,
      metadata: { itemIndex },
    })),
  );
  return { actions, metadata: {} };
}

const TYPES: Record<string, INodeType> = {
  [WECHAT]: new WeChat(),
  [WECHAT_LOGIN_TRIGGER]: new WeChatLoginTrigger(),
  [WECHAT_TRIGGER]: new WeChatTrigger(),
  [START]: new TestNode('start', async function () {
    return [this.getInputData()];
  }),
  [GATE]: new TestNode('gate', async function () {
    await gate.stand(String(this.getInputData()[0]?.json.text));
    return [this.getInputData()];
  }),
  [REPLACE]: new TestNode('replace', async function () {
    return [replaced(this).map((json, item) => ({ json, pairedItem: { item } }))];
  }),
  [TOOL_AGENT]: new TestNode('toolAgent', async function (response) {
    if (!response?.actionResponses.length) return toolCalls(this);
    return [this.getInputData().map((_, item) => ({ json: { output: 'done' }, pairedItem: { item } }))];
  }),
  [UNPAIRED]: new TestNode('unpaired', async function () {
    // One more item than came in, so that n8n cannot pair them by their number.
    return [[...replaced(this), { answer: 'one more' }].map((json) => ({ json }))];
  }),
};

/** The node types that this n8n has. */
export class TestNodeTypes implements INodeTypes {
  getByName(name: string): INodeType {
    return this.getByNameAndVersion(name);
  }

  getByNameAndVersion(name: string): INodeType {
    const type = TYPES[name];
    if (!type) throw new Error(`There is no node type ${name}`);
    return type;
  }

  getKnownTypes(): IDataObject {
    return {};
  }
}
