import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { toNodeError } from '../shared/errors';
import { incomingOf } from '../shared/incoming';
import { textParameter } from '../shared/textParameter';
import { chooseRecipient, type Recipient } from '../shared/recipient';
import {
  ItemWithFiles,
  type CredentialInput,
  type Operation,
  type OperationInput,
  type OperationOutput,
} from './operation';
import { RouterRun } from './routerRun';

/** What the items that succeeded want done when a later one makes the node fail. */
type Abandoned = Array<() => Promise<void>>;

/** Runs the chosen operation for every item, one after another, its output paired with its input item. */
export async function route(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
  const items = this.getInputData();
  const output: INodeExecutionData[] = [];
  const abandoned: Abandoned = [];
  const run = new RouterRun(this);
  let isDone = false;
  try {
    for (let itemIndex = 0; itemIndex < items.length; itemIndex++) {
      output.push(...(await runItem(run, itemIndex, abandoned)));
    }
    isDone = true;
  } finally {
    if (!isDone) await Promise.all(abandoned.map((action) => action()));
    run.end();
  }
  return [output];
}

/** One item in; with "continue on fail" the error is the item out. @throws NodeApiError or NodeOperationError */
async function runItem(
  run: RouterRun,
  itemIndex: number,
  abandoned: Abandoned,
): Promise<INodeExecutionData[]> {
  const { context } = run;
  const pairedItem = { item: itemIndex };
  try {
    const signal = context.getExecutionCancelSignal();
    const { operation, checked } = run.chosenOperation(itemIndex);
    const input = { context: checked, itemIndex, run: run.shared, ...(signal && { signal }) };
    const output = await perform(run, operation, input, abandoned);
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

/** Runs the operation with what it needs. */
async function perform(
  run: RouterRun,
  operation: Operation,
  input: OperationInput,
  abandoned: Abandoned,
): Promise<OperationOutput> {
  if (operation.needs === 'nothing') return operation.execute(input);
  const credential = await run.credentialOf(input);
  const known: CredentialInput = { ...input, credential };
  if (operation.needs === 'credential') {
    // It may end the login: then nobody may have the bot in use.
    run.end();
    return operation.execute(known);
  }
  const bot = run.botOf(credential);
  if (operation.needs === 'bot') return operation.execute({ ...known, bot });
  const recipient = recipientOf(known);
  const ifAbandoned = (then: () => Promise<void>): void => void abandoned.push(then);
  return operation.execute({ ...known, bot, recipient, ifAbandoned });
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
