import { ExpressionError, NodeApiError, NodeOperationError, UserError, type INode } from 'n8n-workflow';

import { ConversationClosed, Unconfirmed } from '../../../../../bot/send/failures';
import type { SendResult } from '../../../../../bot/send/message';
import { OutboxFull } from '../../../../../bot/send/failures';
import { ILinkApiError, ILinkNetworkError } from '../../../../../ilink/errors';
import { CredentialProblem } from '../../../../../nodes/WeChat/shared/credential';
import { wordsOf } from '../../../../../nodes/WeChat/texts';
import { InputProblem, SendFailed, toNodeError } from '../../../../../nodes/WeChat/shared/errors';

const NODE: INode = {
  id: '1',
  name: 'WeChat',
  type: 'weChat',
  typeVersion: 1,
  position: [0, 0],
  parameters: {},
};
const SECRET = 'private words';

type Part = SendResult['parts'][number];

describe('The error that n8n gets', () => {
  test('of a refusal says what happened, what to do, and the code', () => {
    const refusal = new ILinkApiError('sendmessage', { ret: -2, errmsg: 'prepare failed' }, []);
    const error = toNodeError(NODE, refusal, 3);
    expect(error).toBeInstanceOf(NodeApiError);
    expect(error).toMatchObject({ message: wordsOf(refusal).message, context: { itemIndex: 3 } });
    expect(error.description).toBe(
      `${wordsOf(refusal).next} (sendmessage answered code -2, "prepare failed")`,
    );
  });

  test('of a broken connection keeps our message: n8n replaces one that holds a code such as ECONNRESET', () => {
    const broken = new ILinkNetworkError('sendmessage', 'unreachable', 'ECONNRESET', true, new Error(SECRET));
    const error = toNodeError(NODE, broken);
    expect(error.message).toBe('WeChat could not be reached');
    expect(error.description).toContain('ECONNRESET');
    expect(error.context).not.toHaveProperty('itemIndex');
  });

  test.each([
    ['input', new InputProblem({ code: 'nobody' })],
    ['credential', new CredentialProblem({ code: 'nobody' })],
  ])('of a mistake in the %s is an operation error', (_what, problem) => {
    const error = toNodeError(NODE, problem, 0);
    expect(error).toBeInstanceOf(NodeOperationError);
    expect(error).toMatchObject({
      message: 'There is nobody to send to',
      description: expect.stringMatching(/^Fill in "To"/),
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

describe('The error of a send that broke off', () => {
  const refusal = new ILinkApiError('sendmessage', { ret: -3 }, []);
  const said = wordsOf(refusal).message;
  const whole = `${wordsOf(refusal).next} (sendmessage answered code -3)`;
  const accepted = (message_id: string): Part => ({
    type: 'text',
    outcome: 'accepted',
    client_id: `c${message_id}`,
    message_id,
  });
  const withoutId: Part = { type: 'text', outcome: 'unconfirmed', client_id: 'c2' };
  const refused: Part = { type: 'text', outcome: 'refused', client_id: 'c3', error: new Error('no') };
  const inDoubt: Part = { type: 'text', outcome: 'in_doubt', client_id: 'c3', error: new Error('lost') };
  const notSent: Part = { type: 'text', outcome: 'not_sent' };
  const AFTER = 'A retry of this execution goes on after them.';
  const ONCE = 'A retry of this execution does not send it twice.';
  const DOUBT = 'The message may have arrived all the same.';

  test.each<[string, Part[], string, string]>([
    ['nothing', [refused, notSent], said, whole],
    [
      'two of four',
      [accepted('1'), withoutId, refused, notSent],
      `Only the first 2 of 4 messages were sent: ${said}`,
      `${whole} Already sent: 1, c2. ${AFTER}`,
    ],
    ['perhaps the first', [inDoubt], said, `${whole} ${DOUBT} ${ONCE}`],
    [
      'one and perhaps another',
      [accepted('1'), inDoubt, notSent],
      `Only the first 1 of 3 messages were sent: ${said}`,
      `${whole} ${DOUBT} Already sent: 1. ${AFTER}`,
    ],
  ])('after %s says what arrived, and what a retry does', (_what, parts, message, description) => {
    const error = toNodeError(NODE, new SendFailed(parts, refusal), 3);
    expect(error).toMatchObject({ message, description, context: { itemIndex: 3 } });
  });

  test.each<[string, Error, string]>([
    ['a closed conversation', new ConversationClosed('window_over'), 'If the Window Is Closed'],
    ['a throttle', new ConversationClosed('throttled', refusal), 'sendmessage answered code -3'],
    [
      'a closed conversation of which only WeChat knew',
      new ConversationClosed('window_over', refusal),
      'Ask the user',
    ],
    ['a queue that is full', new OutboxFull(10), 'Cancel Queued'],
  ])('for %s says what to do', (_what, cause, next) => {
    const error = toNodeError(NODE, new SendFailed([refused], cause));
    expect(error.description).toContain(next);
    expect(error.context.itemIndex).toBeUndefined();
  });

  test('holds no text of a surprise', () => {
    const error = toNodeError(NODE, new SendFailed([accepted('1'), refused], new TypeError(SECRET)), 0);
    expect(JSON.stringify({ ...error, message: error.message, stack: error.stack })).not.toContain(SECRET);
  });

  test('for a message without an id tells what that means', () => {
    expect(toNodeError(NODE, new Unconfirmed())).toMatchObject({
      message: 'WeChat did not confirm the message',
      description: expect.stringContaining('never shown'),
    });
  });
});
