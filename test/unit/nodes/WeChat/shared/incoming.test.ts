import type { IExecuteFunctions, NodeTypeAndVersion } from 'n8n-workflow';

import type { IncomingMessage } from '../../../../../ilink/incoming';
import { incomingOf } from '../../../../../nodes/WeChat/shared/incoming';

const trigger = (name: string, more: Partial<NodeTypeAndVersion> = {}): NodeTypeAndVersion => ({
  name,
  type: 'n8n-nodes-wechat-ilink.weChatTrigger',
  typeVersion: 1,
  disabled: false,
  ...more,
});

/** @param answers what n8n's expressions give; throws for all others, as n8n does for nodes that did not run */
function contextOf(
  json: object,
  parents: NodeTypeAndVersion[] = [],
  answers: Record<string, unknown> = {},
  beforeAgent: NodeTypeAndVersion[] = [],
) {
  const asked: string[] = [];
  const context = {
    getInputData: () => [{ json }],
    getNode: () => ({ name: 'WeChat' }),
    getParentNodes: (name: string) => (name === 'WeChat' ? parents : beforeAgent),
    evaluateExpression: (expression: string) => {
      asked.push(expression);
      if (expression in answers) return answers[expression];
      throw new Error('not executed');
    },
  } as unknown as IExecuteFunctions;
  return { context, asked };
}

/** Who wrote the message, and the token that it brought. */
function writerOf(
  context: IExecuteFunctions,
  itemIndex = 0,
): Pick<IncomingMessage, 'fromUserId' | 'contextToken'> {
  const { fromUserId, contextToken } = incomingOf(context, itemIndex);
  return { ...(fromUserId && { fromUserId }), ...(contextToken && { contextToken }) };
}

describe('The incoming message of an item', () => {
  test('is on the item itself, and then n8n is asked for nothing', () => {
    const { context, asked } = contextOf({ from_user_id: 'a', context_token: 't', text: 'x' }, [
      trigger('T'),
    ]);
    expect(writerOf(context)).toEqual({ fromUserId: 'a', contextToken: 't' });
    expect(asked).toEqual([]);
  });

  test("is that of the trigger's item when the item has none", () => {
    const answers = { '{{ $("T").item.json }}': { from_user_id: 'a', context_token: 't' } };
    const { context } = contextOf({ answer: 'x' }, [trigger('T')], answers);
    expect(writerOf(context)).toEqual({ fromUserId: 'a', contextToken: 't' });
  });

  test('is that of the trigger that ran, when there are several', () => {
    const answers = { '{{ $("Second \\"T\\"").item.json }}': { from_user_id: 'b' } };
    const { context } = contextOf({}, [trigger('First'), trigger('Second "T"')], answers);
    expect(writerOf(context)).toEqual({ fromUserId: 'b' });
  });

  test.each([
    ['a disabled trigger', trigger('T', { disabled: true })],
    ['a trigger of another kind', trigger('T', { type: 'n8n-nodes-base.telegramTrigger' })],
    ['a node that is only named alike', trigger('T', { type: 'other.notweChatTrigger' })],
  ])('is not looked for at %s', (_what, parent) => {
    const { context, asked } = contextOf({}, [parent]);
    expect(writerOf(context)).toEqual({});
    expect(asked).toEqual([]);
  });

  test.each([[{}], [{ from_user_id: 5 }], [{ from_user_id: null, context_token: 't' }]])(
    'is none for %j',
    (json) => {
      expect(incomingOf(contextOf(json).context, 0).fromUserId).toBeUndefined();
    },
  );

  describe('of a tool, which has no nodes before it,', () => {
    const PREVIOUS = '{{ $prevNode.name }}';
    const onlyOf = (name: string) =>
      `{{ $("${name}").all().length === 1 ? $("${name}").first().json : undefined }}`;
    const message = { from_user_id: 'a', context_token: 't' };

    test('is that of the trigger before the agent that calls it', () => {
      const answers = { [PREVIOUS]: 'Agent', [onlyOf('T')]: message };
      const { context } = contextOf({}, [], answers, [trigger('Other', { disabled: true }), trigger('T')]);
      expect(writerOf(context)).toEqual({ fromUserId: 'a', contextToken: 't' });
    });

    test('is that of the trigger itself, when n8n names the node before the agent', () => {
      const { context } = contextOf({}, [], { [PREVIOUS]: 'T', [onlyOf('T')]: message });
      expect(writerOf(context)).toEqual({ fromUserId: 'a', contextToken: 't' });
    });

    test('is none when the trigger gave several: their numbers say nothing here', () => {
      const answers = { [PREVIOUS]: 'Agent', [onlyOf('T')]: undefined, '{{ $("T").item.json }}': message };
      const { context } = contextOf({}, [], answers, [trigger('T')]);
      expect(writerOf(context)).toEqual({});
    });
  });

  test('is none when the item does not exist', () => {
    expect(writerOf(contextOf({}).context, 7)).toEqual({});
  });
});
