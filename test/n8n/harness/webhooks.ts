import { HookContext, WebhookContext } from 'n8n-core';
import type {
  IWebhookData,
  IWebhookResponseData,
  IWorkflowExecuteAdditionalData,
  Workflow,
  WorkflowExecuteMode,
} from 'n8n-workflow';

import { firstNode } from './executions';

/** What a browser asks. */
export interface PageRequest {
  /** `setup` is the GET of a page, `default` its POST. */
  webhook: 'setup' | 'default';
  /** As n8n has parsed it: anything, also nothing. */
  body?: unknown;
  headers?: Record<string, unknown>;
  mode?: WorkflowExecuteMode;
  /** By default GET for `setup`, and POST for `default`. */
  method?: string;
}

/** What the node answered by itself, and what it told n8n. */
export interface PageAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
  toN8n: IWebhookResponseData;
}

/** As much of express's response as our node uses. */
class TestResponse {
  statusCode = 0;
  headersSent = false;
  readonly headers: Record<string, string> = {};
  body = '';

  status(code: number): this {
    this.statusCode = code;
    return this;
  }

  set(name: string | Record<string, string>, value = ''): this {
    Object.assign(this.headers, typeof name === 'string' ? { [name]: value } : name);
    return this;
  }

  end(body: string): void {
    if (this.headersSent) throw new Error('Answered twice');
    this.headersSent = true;
    this.body = body;
  }
}

function webhookData(
  workflow: Workflow,
  additionalData: IWorkflowExecuteAdditionalData,
  name: string,
  isTest: boolean,
): IWebhookData {
  const node = firstNode(workflow);
  const { description } = workflow.nodeTypes.getByNameAndVersion(node.type, node.typeVersion) as {
    description: { webhooks?: IWebhookData['webhookDescription'][] };
  };
  const webhookDescription = description.webhooks!.find((webhook) => webhook.name === name)!;
  return {
    httpMethod: webhookDescription.httpMethod as 'GET',
    node: node.name,
    path: webhookDescription.path,
    webhookDescription,
    workflowId: workflow.id,
    workflowExecuteAdditionalData: additionalData,
    isTest,
  };
}

/** Calls the first node's `webhook`, with n8n's own context. */
export async function callWebhook(
  workflow: Workflow,
  additionalData: IWorkflowExecuteAdditionalData,
  { webhook, body, headers = {}, mode = 'webhook', method }: PageRequest,
): Promise<PageAnswer> {
  const response = new TestResponse();
  const verb = method ?? (webhook === 'setup' ? 'GET' : 'POST');
  const httpRequest = { method: verb, body, headers, query: {}, params: {}, secure: false };
  Object.assign(additionalData, { httpRequest, httpResponse: response });
  const node = firstNode(workflow);
  const data = webhookData(workflow, additionalData, webhook, mode === 'manual');
  const context = new WebhookContext(workflow, node, additionalData, mode, data, [], null);
  const type = workflow.nodeTypes.getByNameAndVersion(node.type, node.typeVersion) as {
    webhook(this: WebhookContext): Promise<IWebhookResponseData>;
  };
  const toN8n = await workflow.expression.withIsolate(() => type.webhook.call(context));
  return { status: response.statusCode, headers: response.headers, body: response.body, toN8n };
}

/** n8n publishes or unpublishes the workflow, or begins or ends a test in the editor: the hook of the node's webhook. */
export async function callHook(
  workflow: Workflow,
  additionalData: IWorkflowExecuteAdditionalData,
  hook: 'create' | 'delete',
  isTest = false,
): Promise<void> {
  const node = firstNode(workflow);
  const mode = isTest && hook === 'create' ? 'manual' : 'internal';
  const data = webhookData(workflow, additionalData, 'default', isTest);
  const context = new HookContext(workflow, node, additionalData, mode, 'activate', data);
  const type = workflow.nodeTypes.getByNameAndVersion(node.type, node.typeVersion) as {
    webhookMethods: { default: Record<string, (this: HookContext) => Promise<boolean>> };
  };
  await workflow.expression.withIsolate(() => type.webhookMethods.default[hook]!.call(context));
}
