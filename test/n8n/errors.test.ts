import { NodeApiError, NodeOperationError, type IDataObject, type INodeParameters } from 'n8n-workflow';

import { everyTextIn } from './harness/deep';
import { START } from './harness/nodeTypes';
import { Stage, type Person } from './harness/stage';

/** A message that must not be found in any error. It comes from the item: what stands in the node is the workflow's own. */
const SECRET_TEXT = 'the surgery is on Tuesday';

let stage: Stage;
let owner: Person;
beforeAll(async () => {
  stage = await Stage.open();
});
beforeEach(async () => {
  owner = await stage.owner();
});
afterEach(() => stage.server.faults.clear());
afterAll(() => stage.close());

type NodeFailure = NodeApiError | NodeOperationError;

/** Sends with one item before that succeeds, so that the failing one has index 1; gives what was thrown. */
async function failureOf(
  person: Person,
  parameters: INodeParameters,
  json: IDataObject = {},
): Promise<NodeFailure> {
  const items = [
    { json: { text: 'fine', to: owner.id } },
    { json: { text: SECRET_TEXT, to: person.id, ...json } },
  ];
  try {
    await stage.n8n.execute(
      person.sendText({ text: '={{ $json.text }}', to: '={{ $json.to }}', ...parameters }),
      items,
    );
  } catch (error) {
    return error as NodeFailure;
  }
  throw new Error('It did not fail');
}

/** What every failure of the node has to be. */
function expectGoodError(error: NodeFailure): void {
  expect([NodeApiError, NodeOperationError]).toContain(error.constructor);
  expect(error.context.itemIndex).toBe(1);
  expect(error.description?.length).toBeGreaterThan(20);
  // n8n replaces messages that contain such codes by a text of its own.
  expect(error.message).not.toMatch(/E[A-Z]{4,}/);
  expect(error.messages).toEqual(error instanceof NodeApiError ? [error.message] : []);
}

function expectNoSecretIn(value: unknown, ...more: string[]): void {
  const found = everyTextIn(value);
  for (const secret of [owner.login.bot_token, SECRET_TEXT, ...more]) expect(found).not.toContain(secret);
}

describe('Every failure says what happened and what to do, and to which item', () => {
  const refusals: Array<[string, () => Promise<NodeFailure>, RegExp, RegExp]> = [
    [
      'the window is closed because the user has not written yet',
      async () => {
        // Another user of the bot, whom the server knows and whose 24 hours are over.
        const friend = owner.friend();
        await friend.writes('long ago');
        stage.server.clock.advance(25 * 60 * 60_000);
        await owner.writes('still here');
        return failureOf(friend, { options: { whenClosed: 'error' } });
      },
      /closed until the user writes again/,
      /Ask the user to write/,
    ],
    [
      'the recipient is not known, for example in other letters',
      () => failureOf(owner, {}, { to: owner.id.toUpperCase() }),
      /does not know this recipient/,
      /upper and lower case matter/,
    ],
    [
      'the context token is not one of this conversation',
      () => failureOf(owner, { options: { contextToken: '={{ $itemIndex === 0 ? "" : "made-up" }}' } }),
      /refused the request as invalid/,
      /Check the parameters/,
    ],
    [
      'the text is empty',
      () => failureOf(owner, {}, { text: ' \n ' }),
      /text is empty/,
      /Fill in "Text"\. If/,
    ],
    [
      'the text is an object',
      () => failureOf(owner, { text: '={{ $itemIndex === 0 ? "fine" : $json }}' }),
      /"Text" is an object and not a text/,
      /one of its fields/,
    ],
    [
      'an expression fails',
      () => failureOf(owner, { text: '={{ $itemIndex === 0 ? "fine" : $("No such node").item.json.text }}' }),
      /Referenced node doesn't exist/,
      /Check the expressions/,
    ],
    [
      'the server asks for a pause',
      async () => {
        stage.server.faults.add({ endpoint: 'sendmessage', skip: 1, ret: -13 });
        return failureOf(owner, { options: { whenClosed: 'error' } });
      },
      /takes no more messages for this user just now/,
      /Asking WeChat again meanwhile would lengthen the pause/,
    ],
    [
      'a gateway denies access',
      async () => {
        stage.server.faults.add({ endpoint: 'sendmessage', skip: 1, status: 403 });
        return failureOf(owner, {});
      },
      /Access was denied/,
      /Check the bot token and the API base URL/,
    ],
    [
      'the code is not known',
      async () => {
        stage.server.faults.add({ endpoint: 'sendmessage', skip: 1, errcode: -99, errmsg: 'what is this' });
        return failureOf(owner, {});
      },
      /with a code that is not known/,
      /answered code -99\)/,
    ],
  ];

  test.each(refusals)('%s', async (_name, fail, message, description) => {
    const error = await fail();
    expectGoodError(error);
    expect(error.message).toMatch(message);
    expect(error.description).toMatch(description);
    expectNoSecretIn(error);
  });

  test('nothing is sent for the item that failed, and nothing twice for the others', async () => {
    await failureOf(owner, {}, { text: '' });
    expect(owner.texts).toEqual(['fine']);
  });

  const settings: Array<[string, IDataObject, RegExp, RegExp]> = [
    [
      'the server cannot be reached',
      { apiBaseUrl: 'http://127.0.0.1:1' },
      /could not be reached/,
      /ECONNREFUSED/,
    ],
    ['the address is none', { apiBaseUrl: 'ilinkai' }, /API Base URL is not a web address/, /https:\/\//],
    ['the token is missing', { botToken: '' }, /bot token is missing/, /QR code/],
    ['the token is not one', { botToken: 'a b' }, /characters that no token has/, /Copy only the value/],
    ['the version is none', { clientVersion: '2.4' }, /Client Version is not a version/, /2\.4\.9/],
  ];

  test.each(settings)('%s', async (_name, change, message, description) => {
    Object.assign(stage.n8n.credentials.stored.get(owner.credential)!, change);
    const error = await stage.n8n
      .execute(owner.sendText({ text: 'x' }), [{ json: {} }])
      .catch((thrown) => thrown);
    expect([NodeApiError, NodeOperationError]).toContain(error.constructor);
    expect(error.context.itemIndex).toBe(0);
    expect(error.message).toMatch(message);
    expect(error.description).toMatch(description);
  });

  test('a stale token is named with the way out, and asked for once', async () => {
    stage.server.revoke(owner.botId);
    const before = stage.server.requests('sendmessage').length;
    const error = await stage.n8n
      .execute(owner.sendText({ text: 'x' }), [{ json: {} }])
      .catch((thrown) => thrown);
    expect(error).toBeInstanceOf(NodeApiError);
    expect(error.message).toBe('WeChat no longer accepts the bot token. Log in again');
    expect(error.description).toContain('put the new bot token into the credential');
    // A look finds it out, and nothing is sent in vain, queued, or asked for over and over.
    expect(stage.server.requests('sendmessage')).toHaveLength(before);
    expect(stage.server.requests('getconfig').filter(({ outcome }) => outcome === 'ret -14')).toHaveLength(1);
  });

  test('an execution that is cancelled sends nothing more', async () => {
    const cancelled = stage.n8n.execute(owner.sendText({ text: 'x' }), [{ json: {} }], AbortSignal.abort());
    await expect(cancelled).rejects.toMatchObject({
      message: 'The execution was cancelled',
      context: { itemIndex: 0 },
    });
    expect(owner.texts).toEqual([]);
  });

  test('cancelling ends a request that the server does not answer', async () => {
    stage.server.faults.add({ endpoint: 'sendmessage', silence: true });
    const abort = new AbortController();
    const sending = stage.n8n.execute(owner.sendText({ text: 'x' }), [{ json: {} }], abort.signal);
    await stage.answered('sendmessage', 'fault: silence');
    abort.abort();
    await expect(sending).rejects.toMatchObject({ message: 'The execution was cancelled' });
  });
});

describe('No error and no line of the log holds a secret', () => {
  const echo = (contextToken: string): string =>
    `no "${SECRET_TEXT}" for ${owner.login.bot_token} in ${contextToken}`;

  test('not even when the server repeats it in its answer', async () => {
    const { context_token } = await owner.writes('hi');
    stage.server.faults.add({ endpoint: 'sendmessage', skip: 1, ret: -2, errmsg: echo(context_token) });
    const error = await failureOf(owner, { options: { contextToken: context_token } });
    expectGoodError(error);
    expect(error.description).toContain('sendmessage answered code -2)');
    expectNoSecretIn({ ...error, node: undefined }, context_token);
    expectNoSecretIn(
      [error.message, error.description, error.stack, error.cause, error.errorResponse],
      context_token,
    );
  });

  test('nor in the execution that n8n stores, apart from the item itself', async () => {
    const { context_token } = await owner.writes('hi');
    stage.server.faults.add({ endpoint: 'sendmessage', ret: -2, errmsg: echo(context_token) });
    const run = await stage.n8n.run(
      [{ name: 'Start', type: START }, owner.sendText({ text: '={{ $json.text }}' })],
      [{ json: { text: SECRET_TEXT, from_user_id: owner.id, context_token } }],
    );
    const { error, runData } = run.data.resultData;
    expect(error?.message).toBe('WeChat refused the request as invalid');
    expectNoSecretIn([error, runData.WeChat![0]!.error], context_token);
  });

  test('nor in the output of an item that failed', async () => {
    const { context_token } = await owner.writes('hi');
    stage.server.faults.add({ endpoint: 'sendmessage', ret: -2, errmsg: echo(context_token) });
    const output = await stage.n8n.execute(
      owner.sendText({ text: '={{ $json.text }}' }, { onError: 'continueRegularOutput' }),
      [{ json: { text: SECRET_TEXT, from_user_id: owner.id, context_token } }],
    );
    expect(output[0]!.json.error).toBe('WeChat refused the request as invalid');
    expectNoSecretIn(output, context_token);
  });

  test('nor in the log', () => {
    // All that the tests of this file made n8n and the nodes write.
    expect(stage.n8n.logs.lines.length).toBeGreaterThan(0);
    const log = stage.n8n.logs.lines.map(({ whole }) => whole).join('\n');
    for (const { botToken } of stage.n8n.credentials.stored.values()) {
      if (botToken !== '' && botToken !== 'a b') expect(log).not.toContain(botToken);
    }
    expect(log).not.toContain(SECRET_TEXT);
  });
});
