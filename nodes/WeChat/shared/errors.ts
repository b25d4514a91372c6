import { BaseError, NodeApiError, NodeOperationError, type INode } from 'n8n-workflow';

import { LoginStop } from '../../../login/runner';
import { ConversationClosed, Unconfirmed } from '../../../bot/send/request-sender';
import type { PartResult } from '../../../bot/send/message';
import { QueueFull } from '../../../bot/send/outbox-full';
import { StoreTrouble } from '../../../bot/store-trouble';
import { ILinkError } from '../../../ilink/errors';
import { storeWords } from '../texts';
import { CredentialProblem } from './credential';
import { explainWait } from './waitReasons';

/** A mistake in the parameters or the item: what is wrong, and what to do. */
export class InputProblem extends Error {
  constructor(
    message: string,
    readonly next: string,
  ) {
    super(message);
    this.name = 'InputProblem';
  }
}

/** A send broke off, and the user did not want to go on then. */
export class SendFailed extends Error {
  constructor(
    readonly parts: PartResult[],
    override readonly cause: unknown,
  ) {
    super('A message was not sent');
    this.name = 'SendFailed';
  }
}

/**
 * Turns anything that was thrown into an error that n8n shows well: what happened as the message, what to do next as the
 * description. Codes go into the description, because n8n replaces a message that contains one such as ECONNRESET. Only
 * texts go in, never the original error: n8n would search it for messages and store it with the execution.
 */
export function toNodeError(
  node: INode,
  error: unknown,
  itemIndex?: number,
): NodeApiError | NodeOperationError {
  const at = itemIndex === undefined ? {} : { itemIndex };
  if (error instanceof NodeApiError || error instanceof NodeOperationError) {
    if (itemIndex !== undefined) error.context.itemIndex ??= itemIndex;
    return error;
  }
  if (error instanceof SendFailed) return sendFailed(node, error, itemIndex);
  if (error instanceof ConversationClosed) return conversationClosed(node, error, itemIndex);
  if (error instanceof ILinkError) {
    const description = `${error.next} (${error.detail})`;
    return new NodeApiError(
      node,
      { message: error.message, description },
      { message: error.message, description, ...at },
    );
  }
  if (error instanceof StoreTrouble) {
    const { message, next } = storeWords(error);
    return new NodeOperationError(node, message, { description: next, ...at });
  }
  if (hasNextStep(error)) {
    return new NodeOperationError(node, error.message, { description: error.next, ...at });
  }
  if (error instanceof BaseError) {
    // n8n's own, written for people: an expression that fails, a credential that is gone.
    const description = error.description || 'Check the expressions and the credential of this node.';
    return new NodeOperationError(node, error.message, { description, ...at });
  }
  return unforeseen(node, (error as Error | undefined)?.name ?? typeof error, at);
}

function unforeseen(node: INode, name: string, at: { itemIndex?: number }): NodeOperationError {
  if (name === 'AbortError') {
    return new NodeOperationError(node, 'The execution was cancelled', {
      description: 'What WeChat had accepted by then stays sent.',
      ...at,
    });
  }
  return new NodeOperationError(node, 'Something unexpected went wrong in the WeChat node', {
    description: `Nothing is known to have been sent. Try again, and report this if it stays (${name}).`,
    ...at,
  });
}

const WITH_NEXT_STEP = [LoginStop, CredentialProblem, InputProblem, QueueFull, Unconfirmed];

function hasNextStep(error: unknown): error is Error & { next: string } {
  return WITH_NEXT_STEP.some((kind) => error instanceof kind);
}

/** What the message would wait for, which it was not to. */
function conversationClosed(
  node: INode,
  { message, next, reason, refusal }: ConversationClosed,
  itemIndex?: number,
): NodeApiError | NodeOperationError {
  const at = itemIndex === undefined ? {} : { itemIndex };
  const isUsers = reason !== 'throttled' && reason !== 'server_unreachable' && reason !== 'token_refused';
  const texts = explainWait(reason);
  const said = isUsers ? `${texts.reason}. ${next}` : (texts.next ?? next);
  const headline = isUsers ? message : (texts.reason ?? message);
  const description = refusal ? `${said} (${refusal.detail})` : said;
  if (!refusal) return new NodeOperationError(node, headline, { description, ...at });
  return new NodeApiError(
    node,
    { message: headline, description },
    { message: headline, description, ...at },
  );
}

/** Which messages arrived is what the user needs to go on from there. */
function sendFailed(
  node: INode,
  { parts, cause }: SendFailed,
  itemIndex?: number,
): NodeApiError | NodeOperationError {
  const reason = toNodeError(node, cause, itemIndex);
  const isConfirmed = (part: PartResult): boolean => 'client_id' in part && !('reason' in part);
  // The one that was not confirmed is the last that was tried.
  const sent = parts.filter(isConfirmed).slice(0, cause instanceof Unconfirmed ? -1 : undefined);
  const mayHaveArrived = parts.some((part) => part.outcome === 'unconfirmed' && 'reason' in part);
  const doubt = mayHaveArrived ? ' The message may have arrived all the same.' : '';
  if (sent.length === 0 && !mayHaveArrived) return reason;
  const ids = sent.map(
    (part) => ('message_id' in part && part.message_id) || ('client_id' in part && part.client_id),
  );
  const already =
    sent.length > 0
      ? ` Already sent: ${ids.join(', ')}. A retry of this execution goes on after them.`
      : ' A retry of this execution does not send it twice.';
  const message =
    sent.length > 0
      ? `Only the first ${sent.length} of ${parts.length} messages were sent: ${reason.message}`
      : reason.message;
  return new NodeOperationError(node, message, {
    description: `${reason.description ?? ''}${doubt}${already}`.trim(),
    ...(itemIndex !== undefined && { itemIndex }),
  });
}
