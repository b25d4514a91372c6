import { ExpressionError, NodeApiError, NodeOperationError, UserError, type INode } from 'n8n-workflow';

import { ILinkApiError, ILinkNetworkError } from '../../../../../ilink/errors';
import { CredentialProblem } from '../../../../../nodes/WeChat/shared/credential';
import { InputProblem, toNodeError } from '../../../../../nodes/WeChat/shared/errors';

const NODE: INode = {
  id: '1',
  name: 'WeChat',
  type: 'weChat',
  typeVersion: 1,
  position: [0, 0],
  parameters: {},
};
const SECRET = 'private words';

describe('The error that n8n gets', () => {
  test('of a refusal says what happened, what to do, and the code', () => {
    const refusal = new ILinkApiError('sendmessage', { ret: -2, errmsg: 'prepare failed' }, []);
    const error = toNodeError(NODE, refusal, 3);
    expect(error).toBeInstanceOf(NodeApiError);
    expect(error).toMatchObject({ message: refusal.message, context: { itemIndex: 3 } });
    expect(error.description).toBe(`${refusal.next} (sendmessage answered code -2, "prepare failed")`);
  });

  test('of a broken connection keeps our message: n8n replaces one that holds a code such as ECONNRESET', () => {
    const broken = new ILinkNetworkError('sendmessage', 'unreachable', 'ECONNRESET', true, new Error(SECRET));
    const error = toNodeError(NODE, broken);
    expect(error.message).toBe('WeChat could not be reached');
    expect(error.description).toContain('ECONNRESET');
    expect(error.context).not.toHaveProperty('itemIndex');
  });

  test.each([
    ['input', new InputProblem('The text is empty', 'Fill in "Text".')],
    ['credential', new CredentialProblem('The text is empty', 'Fill in "Text".')],
  ])('of a mistake in the %s is an operation error', (_what, problem) => {
    const error = toNodeError(NODE, problem, 0);
    expect(error).toBeInstanceOf(NodeOperationError);
    expect(error).toMatchObject({
      message: 'The text is empty',
      description: 'Fill in "Text".',
      context: { itemIndex: 0 },
    });
  });

  test.each([
    ['an expression that fails', new ExpressionError("Referenced node doesn't exist")],
    ['what n8n says to its user', new UserError('The credential is gone')],
  ])('of %s keeps the words of n8n', (_what, thrown) => {
    const error = toNodeError(NODE, thrown, 1);
    expect(error).toBeInstanceOf(NodeOperationError);
    expect(error).toMatchObject({ message: thrown.message, context: { itemIndex: 1 } });
    expect(error.description).toContain('Check the expressions');
  });

  test('that n8n made itself is handed on, with the item if it names none', () => {
    const own = new NodeOperationError(NODE, 'No file', { description: 'Check the field' });
    expect(toNodeError(NODE, own, 2)).toBe(own);
    expect(own.context.itemIndex).toBe(2);
    expect(toNodeError(NODE, new NodeOperationError(NODE, 'x', { itemIndex: 0 }), 2).context.itemIndex).toBe(
      0,
    );
  });

  test('of a cancelled execution says so', () => {
    expect(toNodeError(NODE, AbortSignal.abort().reason, 0).message).toBe('The execution was cancelled');
  });

  test.each([
    [new TypeError(SECRET), 'TypeError'],
    [SECRET, 'string'],
    [undefined, 'undefined'],
    [null, 'object'],
  ])('of a surprise names its kind and nothing of its content', (thrown, kind) => {
    const error = toNodeError(NODE, thrown, 0);
    expect(error).toBeInstanceOf(NodeOperationError);
    expect(error.description).toContain(`(${kind})`);
    expect(JSON.stringify({ ...error, message: error.message, stack: error.stack })).not.toContain(SECRET);
  });
});
