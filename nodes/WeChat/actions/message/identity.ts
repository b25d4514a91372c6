import type { IExecuteFunctions } from 'n8n-workflow';

import type { SendIdentity, SendRun } from '../../../../bot/send/message';

/** By what the sends of one run of the node are known again, but for what differs from item to item. */
export interface RunOfSends {
  execution: string;
  isRetry: boolean;
  origin: string;
  knowsOrigin: boolean;
  /** Workflow, node and number of the run. */
  place: unknown[];
  run: SendRun;
}

/** What tells the send of one item from all others. */
export interface ItemOfSend {
  context: IExecuteFunctions;
  itemIndex: number;
  /** What the run of the node keeps for all its items. */
  run?: { sends?: RunOfSends | undefined };
}

/**
 * What a send is known by when it is tried again. n8n's "Retry On Fail" runs the node again in the same execution; "Retry" of an
 * execution is another with this mode.
 *
 * @param parts what each message says
 * @returns nothing outside of an execution
 */
export function identityOf(
  { context, itemIndex, run = {} }: ItemOfSend,
  to: string,
  parts: readonly string[],
): SendIdentity | undefined {
  const sends = (run.sends ??= runOfSends(context, itemIndex));
  if (!sends) return undefined;
  const { origin, execution, isRetry, knowsOrigin } = sends;
  const place = [...sends.place, itemIndex, to];
  return {
    name: JSON.stringify([origin, ...place]),
    place: JSON.stringify(place),
    parts,
    execution,
    isRetry,
    knowsOrigin,
    run: sends.run,
  };
}

function runOfSends(context: IExecuteFunctions, itemIndex: number): RunOfSends | undefined {
  const execution = context.getExecutionId() as string | undefined;
  if (execution === undefined) return undefined;
  const isRetry = context.getMode() === 'retry';
  const { origin, knowsOrigin } = originOf(context, execution, isRetry);
  // In a loop the same text may be meant several times. A retry has the number of the run that failed.
  const number: unknown = context.getWorkflowDataProxy(itemIndex).$runIndex;
  const place = [context.getWorkflow().id ?? '', context.getNode().id, number];
  const run = { name: JSON.stringify([origin, ...place]) };
  return { execution, isRetry, origin, knowsOrigin, place, run };
}

/**
 * The execution that this one began as. n8n gives a retry the node's own context of the execution that failed; where the node had
 * not run in that one, all its retries have the time in common when it began.
 */
function originOf(
  context: IExecuteFunctions,
  execution: string,
  isRetry: boolean,
): { origin: string; knowsOrigin: boolean } {
  const kept = context.getContext('node') as { sends?: { origin: string; notedBy: string } };
  const beganAt = context.getExecutionContext?.()?.establishedAt;
  const ofRetry = isRetry && beganAt !== undefined ? `at ${beganAt}` : execution;
  const { origin, notedBy } = (kept.sends ??= { origin: ofRetry, notedBy: execution });
  return { origin, knowsOrigin: notedBy !== execution };
}
