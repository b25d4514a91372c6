import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import type { Bot } from '../../../../bot/bot';
import type { Standing } from '../../../../bot/send/conversations';
import { Unconfirmed } from '../../../../bot/send/failures';
import type { Part, SendResult } from '../../../../bot/send/message';
import type { Limits } from '../../../../bot/send/window';
import { SendFailed } from '../../shared/errors';
import { publishedOutcome } from '../../shared/outcome';
import { HINTS, hintOf } from '../../texts';
import type { RecipientInput } from '../operation';
import { identityOf } from './identity';
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
  return describeSent(to, sent, await standingAfter(bot, to, sent, settings.limits));
}

/** A send may know by itself where it leaves the conversation. */
function standingAfter(
  { conversations }: Bot,
  to: string,
  { conversation }: SendResult,
  limits: Limits,
): Standing | Promise<Standing> {
  return conversation ? conversations.standingOf(conversation, limits) : conversations.standing(to, limits);
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
