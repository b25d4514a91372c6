import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import type { Part, Sent } from '../../../../bot/outbound';
import type { SendIdentity } from '../../../../bot/unfinished';
import { SendFailed, Unconfirmed } from '../../shared/errors';
import type { RecipientInput } from '../operation';
import { sendSettingsOf } from './options';
import { describeSent } from './sent';

/**
 * Sends the messages of one item, and makes its output.
 *
 * @param parts at least one, in their order
 * @param content says what is sent; the same content gives the same text, so that a retry is known
 * @throws SendFailed or Unconfirmed where the options of the node ask for it
 */
export async function deliver(
  { context, itemIndex, bot, recipient, signal, ifAbandoned }: RecipientInput,
  parts: Part[],
  content: string,
): Promise<IDataObject> {
  const { to, contextToken, itemToken } = recipient;
  const { onRefused, onUnconfirmed, ...settings } = sendSettingsOf(
    context.getNodeParameter('options', itemIndex, {}) as object,
  );
  const identity = identityOf(context, itemIndex, to, content);
  const request = {
    to,
    parts,
    ...settings,
    ...(identity && { identity }),
    ...(contextToken && { contextToken }),
    ...(itemToken && { fallbackToken: itemToken }),
  };
  const sent = await bot.send(request, signal);
  const wasCancelled = signal?.aborted === true && sent.failure !== undefined;
  const mayNotBeShown = onUnconfirmed === 'error' && isUnconfirmed(sent);
  if (sent.failure !== undefined && (onRefused === 'error' || mayNotBeShown || wasCancelled))
    throw new SendFailed(sent.parts, sent.failure);
  if (mayNotBeShown) throw new Unconfirmed();
  // When a later item fails, n8n runs the node again for all of them. This one is done.
  if (identity) ifAbandoned?.(() => bot.noteDone(identity, sent));
  return describeSent(to, sent, await bot.conversations.standing(to, settings.limits));
}

function isUnconfirmed({ parts }: Sent): boolean {
  return parts.some(({ outcome }) => outcome === 'unconfirmed');
}

/** n8n's "Retry On Fail" runs the node again in the same execution; "Retry" of an execution is another with this mode. */
function identityOf(
  context: IExecuteFunctions,
  itemIndex: number,
  to: string,
  content: string,
): SendIdentity | undefined {
  const execution = context.getExecutionId() as string | undefined;
  if (execution === undefined) return undefined;
  const { id: node } = context.getNode();
  const { id: workflow } = context.getWorkflow();
  // In a loop the same text may be meant several times. A retry has the number of the run that failed.
  const { $runIndex: run } = context.getWorkflowDataProxy(itemIndex);
  return {
    name: JSON.stringify([workflow ?? '', node, run, itemIndex, to, content]),
    execution,
    isRetry: context.getMode() === 'retry',
  };
}
