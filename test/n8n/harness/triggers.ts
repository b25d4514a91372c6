import { TriggerContext } from 'n8n-core';
import type {
  ExecutionError,
  INode,
  INodeExecutionData,
  IRun,
  ITriggerFunctions,
  IWorkflowExecuteAdditionalData,
  Workflow,
  WorkflowActivateMode,
  WorkflowExecuteMode,
} from 'n8n-workflow';

/** One `emit` of a trigger. */
export interface Emit {
  data: INodeExecutionData[][];
  deduplicationKey: string | undefined;
}

/** What a trigger told n8n, and what n8n does then. */
export class TriggerLog {
  /** Those that started an execution, in order. */
  readonly emits: Emit[] = [];
  /** Those that n8n dropped, because it knew their key. */
  readonly duplicates: Emit[] = [];
  readonly failedExecutions: ExecutionError[] = [];
  /** A fatal error: n8n would close the trigger and start it again. */
  readonly fatal: Error[] = [];
  /** The runs of the executions that were started. */
  readonly runs: Array<Promise<IRun>> = [];

  /** @param execute starts the execution of an emit */
  constructor(private readonly execute: (data: INodeExecutionData[][]) => Promise<IRun>) {}

  /** The JSON of the first item of every execution that has one on the trigger's output. */
  get items() {
    return this.emits.flatMap(({ data }) => data[0]!.slice(0, 1).map(({ json }) => json));
  }

  /** n8n's context for a trigger, as the activation of a workflow makes it. */
  readonly contextFor = (
    workflow: Workflow,
    node: INode,
    additionalData: IWorkflowExecuteAdditionalData,
    mode: WorkflowExecuteMode,
    activation: WorkflowActivateMode,
  ): TriggerContext =>
    new TriggerContext(
      workflow,
      node,
      additionalData,
      mode,
      activation,
      this.emit,
      (error) => this.fatal.push(error),
      (error) => this.failedExecutions.push(error),
    );

  private readonly emit: ITriggerFunctions['emit'] = (data, _response, done, deduplicationKey) => {
    const emit = { data, deduplicationKey };
    const known = this.emits.some((earlier) => earlier.deduplicationKey === deduplicationKey);
    if (deduplicationKey !== undefined && known) {
      this.duplicates.push(emit);
      // As n8n does for a duplicate, against its own type.
      done?.resolve(undefined as unknown as IRun);
      return;
    }
    const run = this.execute(data);
    this.runs.push(run);
    this.emits.push(emit);
    void run.then(done?.resolve, done?.reject);
  };
}
