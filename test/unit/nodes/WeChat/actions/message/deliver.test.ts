import type { IExecuteFunctions, NodeExecutionHint } from 'n8n-workflow';

import type { Bot } from '../../../../../../bot/bot';
import type { SendRequest, SendResult } from '../../../../../../bot/send/message';
import { deliver } from '../../../../../../nodes/WeChat/actions/message/deliver';
import type { RecipientInput } from '../../../../../../nodes/WeChat/actions/operation';

const part = { type: 'text' as const, item: { type: 1, text_item: { text: 'hello' } } };
type Part = SendResult['parts'][number];
const accepted: Part = { type: 'text', outcome: 'accepted', client_id: 'c1', message_id: '1' };
const unconfirmed: Part = { type: 'text', outcome: 'unconfirmed', client_id: 'c1' };
const inDoubt: Part = { type: 'text', outcome: 'in_doubt', client_id: 'c1', error: new Error('no answer') };
const refused: Part = { type: 'text', outcome: 'refused', error: new Error('why') };
const failure = new Error('why');

describe('deliver', () => {
  let requests: SendRequest[];
  let hints: NodeExecutionHint[];
  /** What n8n keeps of the node with the execution, and gives to its retries. */
  let kept: object;
  const run = (
    sent: Partial<SendResult>,
    options: object = {},
    more: Partial<RecipientInput> = {},
    mode = 'trigger',
  ) => {
    const bot = {
      send: async (request: SendRequest) => {
        requests.push(request);
        return { parts: [accepted], resumed: 0, startedAt: 0, finishedAt: 0, ...sent };
      },
      conversations: { standing: async () => ({ queued: 0 }) },
    } as unknown as Bot;
    const context = {
      getNodeParameter: () => options,
      getNode: () => ({ id: 'node' }),
      getWorkflow: () => ({ id: 'workflow' }),
      getExecutionId: () => '7',
      getWorkflowDataProxy: () => ({ $runIndex: 4 }),
      getMode: () => mode,
      getContext: () => kept,
      getExecutionContext: () => ({ establishedAt: 5 }),
      addExecutionHints: (...added: NodeExecutionHint[]) => hints.push(...added),
    } as unknown as IExecuteFunctions;
    const recipient = { to: 'u@im.wechat', contextToken: {} };
    return deliver({ context, itemIndex: 2, bot, recipient, ...more }, [part], ['hello']);
  };

  beforeEach(() => {
    [requests, hints, kept] = [[], [], {}];
  });

  test('asks for what the node and the item say', async () => {
    const recipient = { to: 'u@im.wechat', contextToken: { wanted: 'wanted', fallback: 'of the item' } };
    await run({}, { whenClosed: 'error' }, { recipient });
    await run({}, {}, {}, 'retry');
    expect(requests[0]).toMatchObject({
      to: 'u@im.wechat',
      parts: [part],
      whenClosed: 'error',
      contextToken: { wanted: 'wanted', fallback: 'of the item' },
      identity: {
        name: '["7","workflow","node",4,2,"u@im.wechat"]',
        place: '["workflow","node",4,2,"u@im.wechat"]',
        parts: ['hello'],
        execution: '7',
        isRetry: false,
        knowsOrigin: false,
      },
    });
    expect(requests[1]).toMatchObject({ identity: { isRetry: true } });
    expect(requests[1]).toMatchObject({ contextToken: {} });
  });

  const on = (onRefused: string, onUnconfirmed: string): object => ({ onRefused, onUnconfirmed });
  test.each<[string, Partial<SendResult>, object, string]>([
    ['accepted', {}, on('error', 'error'), 'accepted'],
    ['unconfirmed', { parts: [unconfirmed] }, on('error', 'continue'), 'unconfirmed'],
    ['unconfirmed', { parts: [unconfirmed] }, on('continue', 'error'), 'Unconfirmed'],
    ['refused', { parts: [refused], failure }, on('error', 'continue'), 'SendFailed'],
    ['refused', { parts: [refused], failure }, on('continue', 'error'), 'refused'],
    ['in doubt', { parts: [inDoubt], failure }, on('error', 'continue'), 'SendFailed'],
    ['in doubt', { parts: [inDoubt], failure }, on('continue', 'continue'), 'unconfirmed'],
    // "WeChat took it without giving it an id" would not be true.
    ['in doubt', { parts: [inDoubt], failure }, on('continue', 'error'), 'SendFailed'],
  ])('what was %s, with %p and %p, is %s', async (_what, sent, options, result) => {
    const ending = await run(sent, options).then(
      ({ outcome }) => outcome,
      (error: Error) => error.name,
    );
    expect(ending).toBe(result);
  });

  test('names the execution that a retry goes back to', async () => {
    kept = { sends: { origin: '3', notedBy: '3' } };
    await run({}, {}, {}, 'retry');
    expect(requests[0]!.identity).toMatchObject({
      name: '["3","workflow","node",4,2,"u@im.wechat"]',
      knowsOrigin: true,
    });
    kept = {};
    await run({}, {}, {}, 'retry');
    // All retries of an execution in which the node had not run have its beginning in common.
    expect(requests[1]!.identity).toMatchObject({
      name: expect.stringContaining('["at 5"'),
      knowsOrigin: false,
    });
  });

  test.each([
    ['window_over', 'warning', /wrote too long ago.*writes again/],
    ['first_message', 'warning', /has not written.*Ask the user/],
    ['quota_used', 'warning', /used up/],
    ['throttled', 'info', /by itself/],
    ['server_unreachable', 'danger', /could not be reached/],
    ['token_refused', 'danger', /Log in again/],
  ] as const)('shows above the output why a message waits: %s', async (reasonCode, type, text) => {
    const queued: Part = {
      type: 'text',
      outcome: 'queued',
      queueId: 1,
      expiresAt: 'later',
      reasonCode,
    };
    expect(await run({ parts: [accepted, queued] })).toMatchObject({ outcome: 'queued', reasonCode });
    expect(hints).toEqual([{ message: expect.stringMatching(text), type, location: 'outputPane' }]);
  });

  test('says that a retry had nothing left to send', async () => {
    expect(await run({ resumed: 1 })).toMatchObject({ resumedAfter: 1 });
    expect(hints[0]!.message).toContain('Nothing was sent now');
    hints = [];
    await run({});
    expect(hints).toEqual([]);
  });

  test('is an error for an execution that was cancelled, whatever the node says', async () => {
    const signal = AbortSignal.abort();
    const ending = run({ parts: [refused], failure }, on('continue', 'continue'), { signal });
    await expect(ending).rejects.toMatchObject({ name: 'SendFailed' });
    expect(await run({}, {}, { signal })).toMatchObject({ outcome: 'accepted' });
  });
});
