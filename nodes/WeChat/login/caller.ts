/** Who wants to use a login page, as n8n tells it. */
export interface Caller {
  /** Empty where it is not proven. */
  workflowId: string;
  /** The project of that workflow; a person's own workflows are in one, too. Absent where it is not proven or not told. */
  projectId?: string;
}

/** What is used of n8n's contexts. */
export interface CallerContext {
  getWorkflow(): { id?: string };
  getExecutionContext?(): { parentExecutionId?: string } | undefined;
}

/**
 * The workflow that n8n has loaded from its own database: that of a trigger, of a webhook, of an activation.
 *
 * Who the user is, n8n tells no node. Of the project it tells only its own code: `additionalData` is no part of the interface for
 * nodes. Where it is not there, nothing but the workflow itself counts as the same.
 */
export function storedCaller(context: Pick<CallerContext, 'getWorkflow'>): Caller {
  const { projectId } = Object((context as { additionalData?: unknown }).additionalData) as {
    projectId?: unknown;
  };
  return {
    workflowId: context.getWorkflow().id ?? '',
    ...(typeof projectId === 'string' && projectId !== '' && { projectId }),
  };
}

/**
 * The workflow of an execution. Nothing for one that another execution has started: "Execute Workflow" takes a workflow as JSON, and
 * n8n believes the id that somebody has written there.
 */
export function executingCaller(context: CallerContext): Caller | undefined {
  const isKnown = context.getExecutionContext !== undefined;
  if (!isKnown || context.getExecutionContext?.()?.parentExecutionId !== undefined) return undefined;
  return storedCaller(context);
}
