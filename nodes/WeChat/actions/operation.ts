import type {
  IDataObject,
  IExecuteFunctions,
  INodeCredentialDescription,
  INodeExecutionData,
  INodeProperties,
} from 'n8n-workflow';

import type { Bot } from '../../../bot/bot';
import type { BotCredential } from '../../../ilink/credential';
import type { Recipient } from '../shared/recipient';
import type { RunOfSends } from './message/identity';

/** What all items of one run of the node have in common, for those who have found it out to keep. */
export interface NodeRun {
  sends?: RunOfSends;
}

/** What every operation gets for one item. */
export interface OperationInput {
  /** The same object for all items. */
  run?: NodeRun;
  context: IExecuteFunctions;
  itemIndex: number;
  /** Aborts when the execution is cancelled. */
  signal?: AbortSignal;
}

/** What an operation on a credential gets besides. */
export interface CredentialInput extends OperationInput {
  credential: BotCredential;
}

/** What an operation on a bot gets besides. */
export interface BotInput extends OperationInput {
  bot: Bot;
}

/** What an operation on one user of a bot gets besides. */
export interface RecipientInput extends BotInput {
  recipient: Recipient;
  /** To be called with what is to be done when a later item makes the node fail: n8n throws the output away then. */
  ifAbandoned?(action: () => Promise<void>): void;
}

/** An output item with files. A class, because any field may stand in the JSON of one without. */
export class ItemWithFiles {
  constructor(readonly item: Pick<INodeExecutionData, 'json' | 'binary'>) {}
}

/** The JSON of one output item, or of several; or one with files. */
export type OperationOutput = IDataObject | IDataObject[] | ItemWithFiles;

interface OperationOf<Needs extends string, Input> {
  /** In the list of operations, in title case. */
  name: string;
  /** In the list of actions, as a sentence without articles. */
  action: string;
  /** Below the name: what it does. */
  summary: string;
  /**
   * What has to be there before it can run. The node asks for the credential of a bot accordingly.
   * - `nothing`: for people who have no bot yet. It reads by itself the credentials that it names.
   * - `credential`: it has to know whose bot it is, and leaves the bot alone.
   * - `bot`: it has to do with no user in particular.
   * - `recipient`: it is about one user: its parameters have *To* (see `fieldsOf`).
   */
  needs: Needs;
  /** The parameters, with their displayOptions. */
  description: INodeProperties[];
  /** Names of parameters that take more than their type says: the operation checks them by itself. */
  asGiven?: readonly string[];
  /** Credentials other than the bot's, with the parameters for which they are asked. */
  credentials?: INodeCredentialDescription[];
  /** Throws ILinkError, InputProblem, LoginStop or the like; the router makes n8n's errors of them. */
  execute(input: Input): Promise<OperationOutput>;
}

export type StandaloneOperation = OperationOf<'nothing', OperationInput>;
export type CredentialOperation = OperationOf<'credential', CredentialInput>;
export type BotOperation = OperationOf<'bot', BotInput>;
export type RecipientOperation = OperationOf<'recipient', RecipientInput>;

/** One operation of the node: how the editor shows it, its parameters, and what it does with one item. */
export type Operation = StandaloneOperation | CredentialOperation | BotOperation | RecipientOperation;
