import './environment';

import { SsrfProtectionConfig } from '@n8n/config';
import { Container } from '@n8n/di';
import type { TriggerContext } from 'n8n-core';
import { ActiveWorkflowTriggers, BinaryDataService, CredentialTestContext, WorkflowExecute } from 'n8n-core';
import type {
  IBinaryData,
  ICredentialDataDecryptedObject,
  INodeCredentialTestResult,
  INodeExecutionData,
  IRun,
  IWorkflowExecuteAdditionalData,
  Workflow,
  WorkflowExecuteMode,
} from 'n8n-workflow';

import { WeChat } from '../../../nodes/WeChat/WeChat.node';
import { bots } from '../../../nodes/WeChat/shared/bots';
import { additionalDataFor } from './additionalData';
import { TestCredentials } from './credentials';
import { executeNode, firstNode, runWorkflow } from './executions';
import { startExpressionEngine } from './expressionEngine';
import { Logs } from './logs';
import { TriggerLog } from './triggers';
import { callHook, callWebhook, type PageAnswer, type PageRequest } from './webhooks';
import { baseOf, workflowOf, type NodeDraft } from './workflow';

/** A workflow that is active: its trigger listens. */
export interface ActiveWorkflow extends Pick<TriggerLog, 'contextFor'> {
  workflow: Workflow;
  log: TriggerLog;
  deactivate(): Promise<void>;
}

/** n8n's engine with our nodes: its contexts, its expression engine and its execution of workflows, without its server. */
export class TestN8n {
  readonly credentials = new TestCredentials();

  private constructor(
    readonly logs: Logs,
    private readonly stopEngine: () => Promise<void>,
  ) {}

  static async start(): Promise<TestN8n> {
    const logs = new Logs().install();
    const stopEngine = await startExpressionEngine();
    await Container.get(BinaryDataService).init();
    return new TestN8n(logs, stopEngine);
  }

  async stop(): Promise<void> {
    await Container.get(ActiveWorkflowTriggers).removeAllNonWebhookTriggerWorkflows();
    // A bot goes on listening for its queued messages: a real n8n ends that by ending its process.
    await bots.close();
    await this.stopEngine();
  }

  /** The administrator's switch that keeps nodes from connecting to private addresses. It stays on. */
  protectFromSsrf(): void {
    Container.get(SsrfProtectionConfig).enabled = true;
  }

  /** Runs these nodes, one after the other, as an execution that the first one started with `items`. */
  run(drafts: NodeDraft[], items: INodeExecutionData[], id?: string): Promise<IRun> {
    const workflow = workflowOf(drafts, id);
    return runWorkflow(workflow, [items], this.additionalData(workflow, 'trigger'));
  }

  /**
   * Retries an execution that failed, as n8n's server does: another execution in mode `retry`, with all data of the one before
   * except for the last run of the node that failed.
   *
   * @param drafts the workflow as it is now
   * @param id of the workflow, as {@link run} had it
   */
  retry(drafts: NodeDraft[], failed: IRun, id: string): Promise<IRun> {
    const data = structuredClone(failed.data);
    const { lastNodeExecuted = '', runData } = data.resultData;
    delete data.resultData.error;
    runData[lastNodeExecuted]?.pop();
    const workflow = workflowOf(drafts, id);
    for (const entry of data.executionData!.nodeExecutionStack)
      entry.node = workflow.getNode(entry.node.name)!;
    const additionalData = this.additionalData(workflow, 'retry');
    return new WorkflowExecute(additionalData, 'retry', data).processRunExecutionData(workflow);
  }

  /** Calls the node's `execute`; rejects with exactly what it threw. */
  execute(
    draft: NodeDraft,
    items: INodeExecutionData[],
    signal?: AbortSignal,
    { workflowId, parentExecutionId }: { workflowId?: string; parentExecutionId?: string } = {},
  ): Promise<INodeExecutionData[]> {
    const workflow = workflowOf([draft], workflowId);
    const additionalData = this.additionalData(workflow, 'trigger');
    return executeNode(workflow, items, additionalData, signal, parentExecutionId);
  }

  /**
   * Activates a workflow, as n8n does: the expression engine is there while `trigger()` runs, and gone afterwards.
   *
   * @param id of one that was active before, to activate that again
   */
  async activate(drafts: NodeDraft[], id?: string): Promise<ActiveWorkflow> {
    const { workflow, log } = this.prepare(drafts, id);
    const additionalData = this.additionalData(workflow, 'trigger');
    const triggers = Container.get(ActiveWorkflowTriggers);
    await workflow.expression.withIsolate(() =>
      triggers.addAllTriggers(
        workflow.id,
        workflow,
        additionalData,
        'trigger',
        'activate',
        log.contextFor,
        () => {
          throw new Error('There is no polling trigger in this package');
        },
      ),
    );
    const deactivate = async (): Promise<void> => void (await triggers.remove(workflow.id));
    return { workflow, log, contextFor: log.contextFor, deactivate };
  }

  /** The context that a trigger gets, for tests that bring a clock of their own. */
  triggerContext(drafts: NodeDraft[]): { context: TriggerContext; log: TriggerLog; workflow: Workflow } {
    const { workflow, log } = this.prepare(drafts);
    const additionalData = this.additionalData(workflow, 'trigger');
    const node = firstNode(workflow);
    const context = log.contextFor(workflow, node, additionalData, 'trigger', 'activate');
    return { context, log, workflow };
  }

  /** The manual execution of a workflow's first node. */
  testRun(workflow: Workflow): Promise<IRun> {
    const execution = new WorkflowExecute(this.additionalData(workflow, 'manual'), 'manual');
    return execution.run({ workflow, startNode: firstNode(workflow) });
  }

  /** Somebody pressed "Test workflow" in the editor. It ends with the first message; `cancel` is the stop button. */
  testWorkflow(drafts: NodeDraft[]): { run: Promise<IRun>; cancel: () => void } {
    const workflow = workflowOf(drafts);
    const execution = new WorkflowExecute(this.additionalData(workflow, 'manual'), 'manual');
    const run = execution.run({ workflow, startNode: firstNode(workflow) });
    return { run, cancel: () => run.cancel() };
  }

  /** A browser asks the page of a workflow's first node. */
  visit(workflow: Workflow, request: PageRequest): Promise<PageAnswer> {
    return callWebhook(workflow, this.additionalData(workflow, request.mode ?? 'webhook'), request);
  }

  /** What n8n does with the webhooks of a workflow when it is published or not any more, or when a test begins or ends. */
  hook(workflow: Workflow, hook: 'create' | 'delete', isTest = false): Promise<void> {
    return callHook(workflow, this.additionalData(workflow, 'internal'), hook, isTest);
  }

  /** Somebody pressed "Test" in the credential's dialog. */
  testCredential(data: ICredentialDataDecryptedObject): Promise<INodeCredentialTestResult> {
    const { testWeChatBot } = new WeChat().methods.credentialTest;
    const credential = { id: '1', name: 'WeChat account', type: 'weChatBotApi', data };
    return testWeChatBot.call(new CredentialTestContext(), credential);
  }

  /** A file, stored where n8n keeps the files of executions. */
  file(bytes: Buffer, { mimeType, fileName }: { mimeType: string; fileName?: string }): Promise<IBinaryData> {
    const location = { type: 'execution' as const, workflowId: 'files', executionId: 'files' };
    const facts: IBinaryData = { data: '', mimeType, ...(fileName !== undefined && { fileName }) };
    return Container.get(BinaryDataService).store(location, bytes, facts);
  }

  /** What stands in a file that n8n keeps. */
  bytesOf(binary: IBinaryData): Promise<Buffer> {
    return Container.get(BinaryDataService).getAsBuffer(binary);
  }

  private prepare(drafts: NodeDraft[], id?: string): { workflow: Workflow; log: TriggerLog } {
    const workflow = workflowOf(drafts, id);
    const log = new TriggerLog((data) => {
      // n8n makes a workflow object for every execution: they run side by side.
      const ofExecution = workflowOf(drafts, workflow.id);
      return runWorkflow(ofExecution, data, this.additionalData(ofExecution, 'trigger'));
    });
    return { workflow, log };
  }

  private additionalData(workflow: Workflow, mode: WorkflowExecuteMode): IWorkflowExecuteAdditionalData {
    return additionalDataFor(baseOf(workflow), mode, this.credentials);
  }
}
