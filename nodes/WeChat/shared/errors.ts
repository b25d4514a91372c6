import { BaseError, NodeApiError, NodeOperationError, type INode } from 'n8n-workflow';

import { LoginStop } from '../../../bot/login/runner';
import { PartlySent } from '../../../bot/sender';
import { StoreTrouble } from '../../../bot/store-trouble';
import { ILinkError } from '../../../ilink/errors';
import { CredentialProblem } from './credential';

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
  if (error instanceof PartlySent) return partlySent(node, error, itemIndex);
  if (error instanceof ILinkError) {
    const description = `${error.next} (${error.detail})`;
    return new NodeApiError(
      node,
      { message: error.message, description },
      { message: error.message, description, ...at },
    );
  }
  if (error instanceof LoginStop) {
    return new NodeOperationError(node, error.message, { description: error.problem.next, ...at });
  }
  if (error instanceof CredentialProblem || error instanceof InputProblem || error instanceof StoreTrouble) {
    return new NodeOperationError(node, error.message, { description: error.next, ...at });
  }
  if (error instanceof BaseError) {
    // n8n's own, written for people: an expression that fails, a credential that is gone.
    const description = error.description || 'Check the expressions and the credential of this node.';
    return new NodeOperationError(node, error.message, { description, ...at });
  }
  const name = (error as Error | undefined)?.name ?? typeof error;
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

/** Which messages arrived is what the user needs to go on from there. */
function partlySent(node: INode, { sent, total, cause }: PartlySent, itemIndex?: number): NodeOperationError {
  const reason = toNodeError(node, cause);
  const ids = sent.map(({ message_id, client_id }) => message_id ?? client_id).join(', ');
  return new NodeOperationError(
    node,
    `Only the first ${sent.length} of ${total} messages were sent: ${reason.message}`,
    {
      description: `${reason.description ?? ''} Already sent: ${ids}.`.trim(),
      ...(itemIndex !== undefined && { itemIndex }),
    },
  );
}
