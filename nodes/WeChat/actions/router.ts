import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { bots } from '../shared/bots';
import { egressRule } from '../shared/connection';
import { CREDENTIAL_NAME, readCredential } from '../shared/credential';
import { toNodeError } from '../shared/errors';
import { incomingOf } from '../shared/incoming';
import { readParameters, withParameters } from '../shared/parameters';
import { textParameter } from '../shared/textParameter';
import { chooseRecipient, type Recipient } from '../shared/recipient';
import { choosersOf } from './choices';
import {
  ItemWithFiles,
  type CredentialInput,
  type Operation,
  type OperationInput,
  type OperationOutput,
} from './operation';
import { RESOURCES } from './registry';

/** What the items that succeeded want done when a later one makes the node fail. */
type Abandoned = Array<() => Promise<void>>;

/** Runs the chosen operation for every item, one after another, its output paired with its input item. */
export async function route(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
  const items = this.getInputData();
  const output: INodeExecutionData[] = [];
  const abandoned: Abandoned = [];
  let run: { index: unknown } | undefined;
  const runIndex = (): unknown => (run ??= { index: this.getWorkflowDataProxy(0).$runIndex }).index;
  let isDone = false;
  try {
    for (let itemIndex = 0; itemIndex < items.length; itemIndex++) {
      output.push(...(await runItem(this, itemIndex, { abandoned, runIndex })));
    }
    isDone = true;
  } finally {
    if (!isDone) await Promise.all(abandoned.map((action) => action()));
  }
  return [output];
}

/** One item in; with "continue on fail" the error is the item out. @throws NodeApiError or NodeOperationError */
async function runItem(
  context: IExecuteFunctions,
  itemIndex: number,
  { abandoned, runIndex }: { abandoned: Abandoned; runIndex: () => unknown },
): Promise<INodeExecutionData[]> {
  const pairedItem = { item: itemIndex };
  try {
    const signal = context.getExecutionCancelSignal();
    const { operation, checked } = chosenOperation(context, itemIndex);
    const input = { context: checked, itemIndex, runIndex, ...(signal && { signal }) };
    const output = await perform(operation, input, abandoned);
    return itemsOf(output).map((item) => ({ ...item, pairedItem }));
  } catch (thrown) {
    const nodeError = toNodeError(context.getNode(), thrown, itemIndex);
    if (!context.continueOnFail()) throw nodeError;
    // With these names n8n takes it for an error, sends it to the error output, and there adds the fields of the input. With
    // the error itself on the item it would throw away all but the message.
    const { message: error, description: details } = nodeError;
    return [{ json: { error, ...(details && { details }) }, pairedItem }];
  }
}

/** Runs the operation with what it needs. The credential may differ between items, so it is read for each. */
async function perform(
  operation: Operation,
  input: OperationInput,
  abandoned: Abandoned,
): Promise<OperationOutput> {
  if (operation.needs === 'nothing') return operation.execute(input);
  const { context, itemIndex } = input;
  const credential = readCredential(await context.getCredentials(CREDENTIAL_NAME, itemIndex));
  const known: CredentialInput = { ...input, credential };
  if (operation.needs === 'credential') return operation.execute(known);
  const { bot, release } = bots.retain(credential, egressRule(context.helpers));
  try {
    if (operation.needs === 'bot') return await operation.execute({ ...known, bot });
    const recipient = recipientOf(known);
    const ifAbandoned = (then: () => Promise<void>): void => void abandoned.push(then);
    return await operation.execute({ ...known, bot, recipient, ifAbandoned });
  } finally {
    release();
  }
}

function itemsOf(output: OperationOutput): INodeExecutionData[] {
  if (output instanceof ItemWithFiles) return [output.item];
  return [output].flat().map((json) => ({ json }));
}

function recipientOf({ context, itemIndex, credential }: CredentialInput): Recipient {
  const options = context.getNodeParameter('options', itemIndex, {}) as { contextToken?: string };
  const to = textParameter(context, 'to', itemIndex).trim();
  const wanted = { to, contextToken: options.contextToken ?? '' };
  return chooseRecipient(wanted, incomingOf(context, itemIndex), credential.ownerUserId);
}

const CHOOSERS = choosersOf(RESOURCES);

/**
 * The operation that the node says, and n8n's context with its parameters checked.
 *
 * @throws InputProblem when the node, or an expression in it, names what does not exist
 */
function chosenOperation(
  context: IExecuteFunctions,
  itemIndex: number,
): { operation: Operation; checked: IExecuteFunctions } {
  const node = context.getNode();
  const get = (name: string, fallback: unknown): unknown =>
    context.getNodeParameter(name, itemIndex, fallback as never);
  const known = readParameters(CHOOSERS, { get, node });
  const operation = RESOURCES[known.resource as string]!.operations[known.operation as string]!;
  const { description, asGiven = [] } = operation;
  const values = readParameters(description, { get, node, known, asGiven });
  return { operation, checked: withParameters(context, values) };
}
