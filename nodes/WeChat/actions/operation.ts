import type { IDataObject, IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';

import type { Bot } from '../../../bot/bot';
import type { Recipient } from '../shared/recipient';

/** What an operation gets for one item. */
export interface OperationInput {
  context: IExecuteFunctions;
  itemIndex: number;
  bot: Bot;
  recipient: Recipient;
  /** Aborts when the execution is cancelled. */
  signal?: AbortSignal;
  /** To be called with what is to be done when a later item makes the node fail: n8n throws the output away then. */
  ifAbandoned?(action: () => Promise<void>): void;
}

/** One operation of the node: its parameters, and what it does with one item. */
export interface Operation {
  /** The parameters, with their displayOptions. */
  description: INodeProperties[];
  /** Set when it has to do with no user in particular; then `recipient.to` may be empty. */
  forAllUsers?: boolean;
  /**
   * Returns the JSON of the output item, or of several. Throws ILinkError, InputProblem or the like; the router makes n8n's
   * errors of them.
   */
  execute(input: OperationInput): Promise<IDataObject | IDataObject[]>;
}

/** One operation that sends nothing to anybody, and gives a whole item. */
export interface ItemOperation extends Pick<Operation, 'description'> {
  /** Returns the output item. Throws as {@link Operation.execute}. */
  executeItem(input: Omit<OperationInput, 'recipient'>): Promise<INodeExecutionData>;
}

/** An operation that needs no bot and no recipient, such as a login. It reads the credentials that it needs by itself. */
export interface StandaloneOperation extends Pick<Operation, 'description'> {
  /** Returns the output item. Throws ILinkError, LoginStop or InputProblem; the router makes n8n's errors of them. */
  run(input: Pick<OperationInput, 'context' | 'itemIndex' | 'signal'>): Promise<INodeExecutionData>;
}
