import {
  NodeConnectionTypes,
  Workflow,
  type IConnections,
  type INode,
  type INodeParameters,
  type IWorkflowBase,
} from 'n8n-workflow';

import { TestNodeTypes } from './nodeTypes';

/** A node as a test writes it down. */
export interface NodeDraft extends Partial<
  Pick<INode, 'onError' | 'continueOnFail' | 'disabled' | 'retryOnFail' | 'maxTries'>
> {
  name: string;
  type: string;
  parameters?: INodeParameters;
  /** Id of the stored credential; for WeChat nodes. */
  credential?: string;
  /** Id of the stored credential for n8n's API. */
  apiCredential?: string;
  /** The agent whose tool it is; such a node is none of the chain. */
  toolOf?: string;
}

let workflows = 0;

/** A workflow of these nodes, one after the other, and the tools of its agents beside them. */
export function workflowOf(drafts: NodeDraft[], id = `workflow-${++workflows}`): Workflow {
  return new Workflow({
    id,
    name: `Workflow ${id}`,
    nodes: drafts.map((draft, index) => nodeOf(draft, `${id}-node-${index}`)),
    connections: {
      ...chain(drafts.filter(({ toolOf }) => !toolOf).map(({ name }) => name)),
      ...tools(drafts),
    },
    active: true,
    nodeTypes: new TestNodeTypes(),
    settings: { executionOrder: 'v1' },
  });
}

/** The workflow as n8n's database has it. */
export function baseOf(workflow: Workflow): IWorkflowBase {
  return {
    id: workflow.id,
    name: workflow.name ?? '',
    active: workflow.active,
    activeVersionId: null,
    isArchived: false,
    createdAt: new Date(0),
    updatedAt: new Date(0),
    nodes: Object.values(workflow.nodes),
    connections: workflow.connectionsBySourceNode,
    settings: workflow.settings,
  };
}

function nodeOf(
  { credential, apiCredential, toolOf: _toolOf, parameters = {}, ...draft }: NodeDraft,
  id: string,
): INode {
  const credentials = {
    ...(credential !== undefined && { weChatBotApi: { id: credential, name: 'WeChat account' } }),
    ...(apiCredential !== undefined && { n8nApi: { id: apiCredential, name: 'n8n account' } }),
  };
  return {
    ...draft,
    id,
    parameters,
    typeVersion: 1,
    position: [0, 0],
    ...(Object.keys(credentials).length > 0 && { credentials }),
  };
}

function chain(names: string[]): IConnections {
  const pairs = names.slice(1).map((to, index) => [names[index]!, to] as const);
  return Object.fromEntries(
    pairs.map(([from, to]) => [from, { main: [[{ node: to, type: NodeConnectionTypes.Main, index: 0 }]] }]),
  );
}

function tools(drafts: NodeDraft[]): IConnections {
  const type = NodeConnectionTypes.AiTool;
  return Object.fromEntries(
    drafts.flatMap(({ name, toolOf }) =>
      toolOf ? [[name, { [type]: [[{ node: toolOf, type, index: 0 }]] }]] : [],
    ),
  );
}
