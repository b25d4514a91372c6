import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { Unconfirmed } from '../../../../bot/send/failures';
import type { Part, SendIdentity, SendResult } from '../../../../bot/send/message';
import { SendFailed } from '../../shared/errors';
import { publishedOutcome } from '../../shared/outcome';
import { HINTS, hintOf } from '../../texts';
import type { RecipientInput } from '../operation';
import { sendSettingsOf } from './options';
import { describeSent } from './sent';

/**
 * Sends the messages of one item, and makes its output.
 *
 * @param parts at least one, in their order
 * @param contents what each part says; the same content gives the same text, so that a retry is known
 * @throws SendFailed where the options of the node ask for it
 */
export async function deliver(
  input: RecipientInput,
  parts: Part[],
  contents: readonly string[],
): Promise<IDataObject> {
  const { context, itemIndex, bot, recipient, signal, ifAbandoned } = input;
  const { to, contextToken } = recipient;
  const { onRefused, onUnconfirmed, ...settings } = sendSettingsOf(
    context.getNodeParameter('options', itemIndex, {}) as object,
  );
  const identity = identityOf(input, to, contents);
  const request = {
    to,
    parts,
    ...settings,
    stopsAtUnconfirmed: onUnconfirmed === 'error',
    ...(identity && { identity }),
    contextToken,
  };
  const sent = await bot.send(request, signal);
  const { failure } = sent;
  const wasCancelled = signal?.aborted === true;
  const isUnconfirmed =
    onUnconfirmed === 'error' &&
    sent.parts.some(({ outcome }) => publishedOutcome(outcome) === 'unconfirmed');
  if (failure !== undefined && (onRefused === 'error' || isUnconfirmed || wasCancelled))
    throw new SendFailed(sent.parts, failure);
  // A try before this one had it taken without an id, when that was no error yet.
  if (isUnconfirmed) throw new Unconfirmed();
  // When a later item fails, n8n runs the node again for all of them. This one is done.
  if (identity) ifAbandoned?.(() => bot.noteDone(identity, sent));
  hint(context, sent);
  return describeSent(to, sent, await bot.conversations.standing(to, settings.limits));
}

/** What is easily overlooked in the output, above it. An n8n that knows no hints shows none. */
function hint(context: IExecuteFunctions, { parts, resumed }: SendResult): void {
  const add = (message: string, type: 'info' | 'warning' | 'danger'): void =>
    context.addExecutionHints?.({ message, type, location: 'outputPane' });
  const queued = parts.find((part) => part.outcome === 'queued');
  if (resumed === parts.length) return add(HINTS.nothingToDo, 'warning');
  if (queued?.outcome !== 'queued') return;
  const { message, type } = hintOf(queued.reasonCode);
  add(message, type);
}

/** n8n's "Retry On Fail" runs the node again in the same execution; "Retry" of an execution is another with this mode. */
function identityOf(
  { context, itemIndex, runIndex }: Pick<RecipientInput, 'context' | 'itemIndex' | 'runIndex'>,
  to: string,
  parts: readonly string[],
): SendIdentity | undefined {
  const execution = context.getExecutionId() as string | undefined;
  if (execution === undefined) return undefined;
  const { id: node } = context.getNode();
  const { id: workflow } = context.getWorkflow();
  // In a loop the same text may be meant several times. A retry has the number of the run that failed.
  const run = runIndex ? runIndex() : context.getWorkflowDataProxy(itemIndex).$runIndex;
  const isRetry = context.getMode() === 'retry';
  const { origin, knowsOrigin } = originOf(context, execution, isRetry);
  const place = [workflow ?? '', node, run, itemIndex, to];
  return {
    name: JSON.stringify([origin, ...place]),
    place: JSON.stringify(place),
    parts,
    execution,
    isRetry,
    knowsOrigin,
  };
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
