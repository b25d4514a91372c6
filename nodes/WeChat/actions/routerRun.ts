import type { ICredentialDataDecryptedObject, IExecuteFunctions, INode } from 'n8n-workflow';

import type { Bot } from '../../../bot/bot';
import type { RetainedBot } from '../../../bot/registry';
import type { BotCredential } from '../../../ilink/credential';
import { bots } from '../shared/bots';
import { egressRule } from '../shared/connection';
import { CREDENTIAL_NAME, readCredential } from '../shared/credential';
import { ItemParameters } from '../shared/itemParameters';
import { withMembers, withParameters } from '../shared/parameters';
import { choosersOf } from './choices';
import type { NodeRun, Operation, OperationInput } from './operation';
import { RESOURCES } from './registry';

const CHOOSERS = choosersOf(RESOURCES);

/** The operation that the node says, and n8n's context with its parameters checked. */
interface Chosen {
  operation: Operation;
  checked: IExecuteFunctions;
}

/** One run of the node, with what its items have in common: it is read once, and of what differs the last is kept. */
export class RouterRun {
  /** n8n's, but for what it would make anew for every item. */
  readonly context: IExecuteFunctions;
  readonly shared: NodeRun = {};
  private readonly parameters: ItemParameters;
  private chosen: (Chosen & { values: object }) | undefined;
  private credential: { data: ICredentialDataDecryptedObject; read: BotCredential } | undefined;
  private retained: (RetainedBot & { credential: BotCredential }) | undefined;

  constructor(context: IExecuteFunctions) {
    this.context = withFixedNode(context, context.getNode());
    const getFor = (itemIndex: number) => (name: string, fallback: unknown) =>
      context.getNodeParameter(name, itemIndex, fallback as never) as unknown;
    this.parameters = new ItemParameters(this.context.getNode(), getFor);
  }

  /** @throws InputProblem when the node, or an expression in it, names what does not exist */
  chosenOperation(itemIndex: number): Chosen {
    const known = this.parameters.read(CHOOSERS, itemIndex);
    const operation = RESOURCES[known.resource as string]!.operations[known.operation as string]!;
    const { description, asGiven } = operation;
    const values = this.parameters.read(description, itemIndex, known, asGiven);
    if (this.chosen?.values !== values)
      this.chosen = { operation, checked: withParameters(this.context, values), values };
    return this.chosen;
  }

  /** It may differ between items, when its fields are expressions, so it is asked for each. @throws CredentialProblem */
  async credentialOf({ context, itemIndex }: OperationInput): Promise<BotCredential> {
    const data = await context.getCredentials(CREDENTIAL_NAME, itemIndex);
    if (!this.credential || !isSame(this.credential.data, data))
      this.credential = { data, read: readCredential(data) };
    return this.credential.read;
  }

  /** The bot of a credential. It is in use until the run ends, or an item has another one. */
  botOf(credential: BotCredential): Bot {
    if (this.retained?.credential !== credential) {
      this.end();
      this.retained = { ...bots.retain(credential, egressRule(this.context.helpers)), credential };
    }
    return this.retained.bot;
  }

  /** Lets go of what it holds. */
  end(): void {
    this.retained?.release();
    this.retained = undefined;
  }
}

/** n8n makes a deep copy of the node, and walks the workflow, whenever it is asked. Neither changes while the node runs. */
function withFixedNode(context: IExecuteFunctions, node: INode): IExecuteFunctions {
  const parents = new Map<string, ReturnType<IExecuteFunctions['getParentNodes']>>();
  const getParentNodes: IExecuteFunctions['getParentNodes'] = (name, ...rest) => {
    if (rest.length > 0) return context.getParentNodes(name, ...rest);
    const known = parents.get(name) ?? context.getParentNodes(name);
    parents.set(name, known);
    return known;
  };
  return withMembers(context, { getNode: () => node, getParentNodes });
}

function isSame(one: ICredentialDataDecryptedObject, other: ICredentialDataDecryptedObject): boolean {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name]);
}
