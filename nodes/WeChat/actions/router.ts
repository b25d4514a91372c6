import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import type { Bot } from '../../../bot/bot';
import type { BotCredential } from '../../../bot/credential';
import { bots } from '../shared/bots';
import { egressRule } from '../shared/connection';
import { CREDENTIAL_NAME, readCredential } from '../shared/credential';
import { toNodeError } from '../shared/errors';
import { incomingOf } from '../shared/incoming';
import { textParameter } from '../shared/textParameter';
import { chooseRecipient, type Recipient } from '../shared/recipient';
import { cancelQueued } from './conversation/cancelQueued.operation';
import { get } from './conversation/get.operation';
import { getMany } from './conversation/getMany.operation';
import { listQueued } from './conversation/listQueued.operation';
import { getLoginLink } from './login/getLoginLink.operation';
import { getQrCode } from './login/getQrCode.operation';
import { logOut } from './login/logOut.operation';
import { waitForScan } from './login/waitForScan.operation';
import { download } from './media/download.operation';
import { sendMedia } from './message/sendMedia.operation';
import { sendText } from './message/sendText.operation';
import type { ItemOperation, Operation, StandaloneOperation } from './operation';
import { start } from './typing/start.operation';
import { stop } from './typing/stop.operation';

type AnyOperation = Operation | ItemOperation | StandaloneOperation;

/** Every operation of the node, by resource and operation. */
export const OPERATIONS: Record<string, Record<string, AnyOperation>> = {
  conversation: { get, getMany, listQueued, cancelQueued },
  login: { getLoginLink, getQrCode, logOut, waitForScan },
  media: { download },
  message: { sendText, sendMedia },
  typing: { start, stop },
};

/** What the items that succeeded want done when a later one makes the node fail. */
type Abandoned = Array<() => Promise<void>>;

/** Runs the chosen operation for every item, one after another, its output paired with its input item. */
export async function route(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
  const items = this.getInputData();
  const output: INodeExecutionData[] = [];
  const abandoned: Abandoned = [];
  let isDone = false;
  try {
    for (let itemIndex = 0; itemIndex < items.length; itemIndex++) {
      output.push(...(await runItem(this, itemIndex, abandoned)));
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
  abandoned: Abandoned,
): Promise<INodeExecutionData[]> {
  const pairedItem = { item: itemIndex };
  try {
    const operation = chosenOperation(context, itemIndex);
    const signal = context.getExecutionCancelSignal();
    const common = { context, itemIndex, ...(signal && { signal }) };
    if ('run' in operation) return [{ ...(await operation.run(common)), pairedItem }];
    const output = await withBot(context, itemIndex, async (bot, credential) => {
      if ('executeItem' in operation) return [await operation.executeItem({ ...common, bot })];
      const recipient = operation.forAllUsers ? { to: '' } : recipientOf(context, itemIndex, credential);
      const ifAbandoned = (then: () => Promise<void>): void => void abandoned.push(then);
      const input = { ...common, bot, recipient, ifAbandoned };
      return [await operation.execute(input)].flat().map((json) => ({ json }));
    });
    return output.map((item) => ({ ...item, pairedItem }));
  } catch (thrown) {
    const nodeError = toNodeError(context.getNode(), thrown, itemIndex);
    if (!context.continueOnFail()) throw nodeError;
    // With these names n8n takes it for an error, sends it to the error output, and there adds the fields of the input. With
    // the error itself on the item it would throw away all but the message.
    const { message: error, description: details } = nodeError;
    return [{ json: { error, ...(details && { details }) }, pairedItem }];
  }
}

/** The credential may differ between items (an expression can choose it), so it is read for each. */
async function withBot<Result>(
  context: IExecuteFunctions,
  itemIndex: number,
  action: (bot: Bot, credential: BotCredential) => Promise<Result>,
): Promise<Result> {
  const credential = readCredential(await context.getCredentials(CREDENTIAL_NAME, itemIndex));
  const lease = bots.acquire(credential, egressRule(context.helpers));
  try {
    return await action(lease.bot, credential);
  } finally {
    lease.release();
  }
}

function recipientOf(
  context: IExecuteFunctions,
  itemIndex: number,
  { ownerUserId }: BotCredential,
): Recipient {
  const options = context.getNodeParameter('options', itemIndex, {}) as { contextToken?: string };
  const to = textParameter(context, 'to', itemIndex).trim();
  const wanted = { to, contextToken: options.contextToken ?? '' };
  return chooseRecipient(wanted, incomingOf(context, itemIndex), ownerUserId);
}

function chosenOperation(context: IExecuteFunctions, itemIndex: number): AnyOperation {
  const resource = context.getNodeParameter('resource', itemIndex);
  const operation = context.getNodeParameter('operation', itemIndex);
  return OPERATIONS[resource]![operation]!;
}
