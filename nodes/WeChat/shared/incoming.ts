import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

/** Who wrote the message that an item belongs to, and the token to answer it with. */
export interface Incoming {
  from_user_id: string;
  context_token: string;
}

const TRIGGER_TYPE = /(^|\.)weChatTrigger$/;

/**
 * Finds the incoming message of an item: on the item itself, or, after nodes that put something else into it (an AI agent,
 * a Set node), on the trigger's item that it came from. Gives empty texts when there is none.
 */
export function incomingOf(context: IExecuteFunctions, itemIndex: number): Incoming {
  return readIncoming(messageOf(context, itemIndex));
}

/** The JSON of the trigger's item that an item is, or came from; empty when there is none. See {@link incomingOf}. */
export function messageOf(context: IExecuteFunctions, itemIndex: number): IDataObject {
  const own = context.getInputData()[itemIndex]?.json;
  return own && readIncoming(own).from_user_id ? own : (fromTrigger(context, itemIndex) ?? {});
}

function fromTrigger(context: IExecuteFunctions, itemIndex: number): IDataObject | undefined {
  const ancestors = context.getParentNodes(context.getNode().name);
  for (const { name } of ancestors.filter(({ type, disabled }) => TRIGGER_TYPE.test(type) && !disabled)) {
    const found = pairedItem(context, name, itemIndex);
    if (readIncoming(found).from_user_id) return found as IDataObject;
  }
  return undefined;
}

/**
 * The trigger's item behind ours; nothing when the trigger did not run. Where a node in between broke the pairing, it is the
 * only item of the trigger, which has one per execution: an answer must not go to somebody else because of that.
 */
function pairedItem(context: IExecuteFunctions, triggerName: string, itemIndex: number): unknown {
  const trigger = `$(${JSON.stringify(triggerName)})`;
  return (
    evaluate(context, `${trigger}.item.json`, itemIndex) ??
    evaluate(context, `${trigger}.all().length === 1 ? ${trigger}.first().json : undefined`, itemIndex)
  );
}

function evaluate(context: IExecuteFunctions, expression: string, itemIndex: number): unknown {
  try {
    return context.evaluateExpression(`{{ ${expression} }}`, itemIndex);
  } catch {
    // n8n throws for a trigger that did not run in this execution, which is an ordinary case: another one started it.
    return undefined;
  }
}

function readIncoming(json: unknown): Incoming {
  const { from_user_id, context_token } = (json ?? {}) as Record<string, unknown>;
  return {
    from_user_id: typeof from_user_id === 'string' ? from_user_id : '',
    context_token: typeof context_token === 'string' ? context_token : '',
  };
}
