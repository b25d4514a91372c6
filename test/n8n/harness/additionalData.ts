import { ExecutionLifecycleHooks, ExternalSecretsProxy } from 'n8n-core';
import type { IWorkflowBase, IWorkflowExecuteAdditionalData, WorkflowExecuteMode } from 'n8n-workflow';

import type { TestCredentials } from './credentials';

const URL_OF_N8N = 'http://127.0.0.1:5678';

let executions = 0;

/** `…@member` is a workflow of the project "member"; the others are all in one. */
function projectOf(workflowId: string): string {
  return workflowId.split('@')[1] ?? 'owner';
}

/** What n8n hands to every execution besides the workflow. */
export function additionalDataFor(
  workflow: IWorkflowBase,
  mode: WorkflowExecuteMode,
  credentialsHelper: TestCredentials,
): IWorkflowExecuteAdditionalData {
  const executionId = String(++executions);
  const notPartOfThis = async (): Promise<never> => {
    throw new Error('Not part of these tests');
  };
  return {
    credentialsHelper,
    executionId,
    workflowId: workflow.id,
    projectId: projectOf(workflow.id),
    hooks: new ExecutionLifecycleHooks(mode, executionId, workflow),
    externalSecretsProxy: new ExternalSecretsProxy(),
    executeWorkflow: notPartOfThis,
    getRunExecutionData: notPartOfThis,
    getRuntimeCredential: notPartOfThis,
    startRunnerTask: notPartOfThis,
    logAiEvent: () => undefined,
    currentNodeExecutionIndex: 0,
    variables: {},
    restApiUrl: `${URL_OF_N8N}/rest`,
    instanceBaseUrl: `${URL_OF_N8N}/`,
    formBaseUrl: `${URL_OF_N8N}/form`,
    formWaitingBaseUrl: `${URL_OF_N8N}/form-waiting`,
    formTestBaseUrl: `${URL_OF_N8N}/form-test`,
    webhookBaseUrl: `${URL_OF_N8N}/webhook`,
    webhookWaitingBaseUrl: `${URL_OF_N8N}/webhook-waiting`,
    webhookTestBaseUrl: `${URL_OF_N8N}/webhook-test`,
    mcpBaseUrl: `${URL_OF_N8N}/mcp`,
    mcpTestBaseUrl: `${URL_OF_N8N}/mcp-test`,
  };
}
