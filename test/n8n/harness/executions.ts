import { ExecuteContext, WorkflowExecute } from 'n8n-core';
import {
  createRunExecutionData,
  type IExecuteData,
  type INode,
  type INodeExecutionData,
  type IRun,
  type ITaskDataConnections,
  type IWorkflowExecuteAdditionalData,
  type Workflow,
} from 'n8n-workflow';

/**
 * Runs a whole workflow as n8n does for an emit of its trigger: the items are the output of the first node.
 *
 * @returns the finished run, also when a node failed
 */
export async function runWorkflow(
  workflow: Workflow,
  data: INodeExecutionData[][],
  additionalData: IWorkflowExecuteAdditionalData,
): Promise<IRun> {
  const executionData = executionDataOf(firstNode(workflow), data);
  return new WorkflowExecute(additionalData, 'trigger', executionData).processRunExecutionData(workflow);
}

/**
 * Calls one node's `execute` with n8n's own context, and nothing of n8n around it: what it throws is what the node threw.
 *
 * @param signal aborts when the execution is cancelled
 * @param parentExecutionId the execution that has started this one as a sub-workflow
 * @param node the first one unless told
 */
export async function executeNode(
  workflow: Workflow,
  items: INodeExecutionData[],
  additionalData: IWorkflowExecuteAdditionalData,
  signal?: AbortSignal,
  parentExecutionId?: string,
  node: INode = firstNode(workflow),
): Promise<INodeExecutionData[]> {
  const input: ITaskDataConnections = { main: [items] };
  const executeData: IExecuteData = { node, data: input, source: null };
  const context = new ExecuteContext(
    workflow,
    node,
    additionalData,
    'trigger',
    executionDataOf(node, [items], parentExecutionId),
    0,
    items,
    input,
    executeData,
    [],
    signal,
  );
  const { execute } = workflow.nodeTypes.getByNameAndVersion(node.type, node.typeVersion);
  const output = await workflow.expression.withIsolate(async () => execute!.call(context));
  return (output as INodeExecutionData[][])[0]!;
}

/** The items that a node gave, or nothing when it did not run or failed. */
export function outputOf(run: IRun, nodeName: string, outputIndex = 0): INodeExecutionData[] {
  return run.data.resultData.runData[nodeName]?.[0]?.data?.main?.[outputIndex] ?? [];
}

export function firstNode(workflow: Workflow): INode {
  return Object.values(workflow.nodes)[0]!;
}

function executionDataOf(node: INode, data: INodeExecutionData[][], parentExecutionId?: string) {
  const started = { version: 1 as const, establishedAt: 0, source: 'trigger' as const };
  return createRunExecutionData({
    executionData: {
      nodeExecutionStack: [{ node, data: { main: data }, source: null }],
      ...(parentExecutionId !== undefined && { runtimeData: { ...started, parentExecutionId } }),
    },
  });
}
