import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { readMessage, type IncomingMessage } from '../../../ilink/incoming';

const TRIGGER_TYPE = /(^|\.)weChatTrigger$/;

/**
 * Finds the incoming message of an item: on the item itself, or, after nodes that put something else into it (an AI agent,
 * a Set node), on the trigger's item that it came from. Nobody wrote it when there is none. For a tool of an agent it is the
 * message that the agent works on. A trigger's item has the fields of the wire, so it is read as one.
 */
export function incomingOf(context: IExecuteFunctions, itemIndex: number): IncomingMessage {
  return readMessage(messageOf(context, itemIndex));
}

/** The JSON of the trigger's item that an item is, or came from; empty when there is none. See {@link incomingOf}. */
export function messageOf(context: IExecuteFunctions, itemIndex: number): IDataObject {
  const own = context.getInputData()[itemIndex]?.json;
  return own && isMessage(own) ? own : (fromTrigger(context, itemIndex) ?? {});
}

function fromTrigger(context: IExecuteFunctions, itemIndex: number): IDataObject | undefined {
  const before = context.getParentNodes(context.getNode().name);
  if (before.length === 0) return fromAgent(context, itemIndex);
  return firstOf(triggersAmong(before), (name) => pairedItem(context, name, itemIndex));
}

/**
 * A tool stands in no chain: before it is the agent that calls it, and what is before that. n8n 2.41 pairs the item of a call
 * by the number of the agent's run and not by that of its item, so only a single item of the trigger is the right one.
 */
function fromAgent(context: IExecuteFunctions, itemIndex: number): IDataObject | undefined {
  const caller = evaluate(context, '$prevNode.name', itemIndex);
  if (typeof caller !== 'string' || caller === '') return undefined;
  // Agents before version 3 are no caller: what n8n names then is the node before the agent, which may be the trigger.
  const names = [caller, ...triggersAmong(context.getParentNodes(caller))];
  return firstOf(names, (name) => onlyItem(context, name, itemIndex));
}

function triggersAmong(nodes: ReturnType<IExecuteFunctions['getParentNodes']>): string[] {
  return nodes.filter(({ type, disabled }) => TRIGGER_TYPE.test(type) && !disabled).map(({ name }) => name);
}

/** The first item that is a message of somebody. */
function firstOf(nodes: string[], itemOf: (node: string) => unknown): IDataObject | undefined {
  for (const node of nodes) {
    const item = itemOf(node);
    if (isMessage(item)) return item as IDataObject;
  }
  return undefined;
}

/**
 * The trigger's item behind ours; nothing when the trigger did not run. Where a node in between broke the pairing, it is the
 * only item of the trigger, which has one per execution: an answer must not go to somebody else because of that.
 */
function pairedItem(context: IExecuteFunctions, triggerName: string, itemIndex: number): unknown {
  const paired = evaluate(context, `$(${JSON.stringify(triggerName)}).item.json`, itemIndex);
  return paired ?? onlyItem(context, triggerName, itemIndex);
}

function onlyItem(context: IExecuteFunctions, nodeName: string, itemIndex: number): unknown {
  const node = `$(${JSON.stringify(nodeName)})`;
  return evaluate(context, `${node}.all().length === 1 ? ${node}.first().json : undefined`, itemIndex);
}

function evaluate(context: IExecuteFunctions, expression: string, itemIndex: number): unknown {
  try {
    return context.evaluateExpression(`{{ ${expression} }}`, itemIndex);
  } catch {
    // n8n throws for a trigger that did not run in this execution, which is an ordinary case: another one started it.
    return undefined;
  }
}

/** Whether an item says who wrote it. */
function isMessage(json: unknown): boolean {
  return readMessage(json).fromUserId !== undefined;
}
