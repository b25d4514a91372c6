import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';

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
}

/** One operation of the node: its parameters, and what it does with one item. */
export interface Operation {
  /** The parameters, with their displayOptions. */
  description: INodeProperties[];
  /** Returns the JSON of the output item. Throws ILinkError or InputProblem; the router makes n8n's errors of them. */
  execute(input: OperationInput): Promise<IDataObject>;
}
