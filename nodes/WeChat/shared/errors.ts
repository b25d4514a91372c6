import { BaseError, NodeApiError, NodeOperationError, type INode } from 'n8n-workflow';

import { ConversationClosed, Unconfirmed } from '../../../bot/send/failures';
import { isTaken, type SendResult } from '../../../bot/send/message';
import {
  brokenOffWords,
  CHECK_NODE,
  closedWords,
  detailIn,
  inputWords,
  unforeseenWords,
  wordsOf,
  type InputFault,
  type Words,
} from '../texts';
import { CredentialProblem } from './credential';

/** A mistake in the parameters or the item: what is wrong, and what to do. */
export class InputProblem extends Error {
  readonly next: string;

  constructor(fault: InputFault) {
    const { message, next } = inputWords(fault);
    super(message);
    this.name = 'InputProblem';
    this.next = next;
  }
}

/** A send broke off, and the user did not want to go on then. */
export class SendFailed extends Error {
  constructor(
    readonly parts: SendResult['parts'],
    override readonly cause: unknown,
  ) {
    super('SendFailed');
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
  const words = wordsOf(error);
  if (words) {
    const detail = detailIn(error);
    return nodeError(node, { ...words, ...(detail && { detail }) }, at);
  }
  if (hasNextStep(error)) return nodeError(node, error, at);
  if (error instanceof BaseError) {
    // n8n's own, written for people: an expression that fails, a credential that is gone.
    const description = error.description || CHECK_NODE;
    return new NodeOperationError(node, error.message, { description, ...at });
  }
  return nodeError(node, unforeseenWords((error as Error | undefined)?.name ?? typeof error), at);
}

/** With something that was seen of the server it is an error of its API. */
function nodeError(
  node: INode,
  { message, next, detail }: Words & { detail?: string },
  at: { itemIndex?: number },
): NodeApiError | NodeOperationError {
  if (detail === undefined) return new NodeOperationError(node, message, { description: next, ...at });
  const description = `${next} (${detail})`;
  return new NodeApiError(node, { message, description }, { message, description, ...at });
}

const WITH_NEXT_STEP = [CredentialProblem, InputProblem];

function hasNextStep(error: unknown): error is Error & { next: string } {
  return WITH_NEXT_STEP.some((kind) => error instanceof kind);
}

/** What the message would wait for, which it was not to. */
function conversationClosed(
  node: INode,
  closed: ConversationClosed,
  itemIndex?: number,
): NodeApiError | NodeOperationError {
  const at = itemIndex === undefined ? {} : { itemIndex };
  const detail = detailIn(closed.refusal);
  return nodeError(node, { ...closedWords(closed), ...(detail && { detail }) }, at);
}

/** Which messages arrived is what the user needs to go on from there. */
function sendFailed(
  node: INode,
  { parts, cause }: SendFailed,
  itemIndex?: number,
): NodeApiError | NodeOperationError {
  const reason = toNodeError(node, cause, itemIndex);
  // The one that was not confirmed is the last that was tried.
  const sent = parts.filter(isTaken).slice(0, cause instanceof Unconfirmed ? -1 : undefined);
  const mayHaveArrived = parts.some(({ outcome }) => outcome === 'in_doubt');
  if (sent.length === 0 && !mayHaveArrived) return reason;
  const ids = sent.map((part) =>
    String(('message_id' in part && part.message_id) || ('client_id' in part && part.client_id)),
  );
  const why = { message: reason.message, next: reason.description ?? '' };
  const { message, next } = brokenOffWords(why, { sent: ids, of: parts.length, mayHaveArrived });
  return new NodeOperationError(node, message, {
    description: next,
    ...(itemIndex !== undefined && { itemIndex }),
  });
}
