import type { IExecuteFunctions } from 'n8n-workflow';

import type { Bot } from '../../../../../../bot/bot';
import type { PartResult, SendRequest, Sent } from '../../../../../../bot/outbound';
import { deliver } from '../../../../../../nodes/WeChat/actions/message/deliver';
import type { RecipientInput } from '../../../../../../nodes/WeChat/actions/operation';

const part = { type: 'text' as const, item: { type: 1, text_item: { text: 'hello' } } };
const accepted: PartResult = { type: 'text', outcome: 'accepted', client_id: 'c1', message_id: '1' };
const unconfirmed: PartResult = { type: 'text', outcome: 'unconfirmed', client_id: 'c1' };
const inDoubt = { ...unconfirmed, reason: 'no answer' } as PartResult;
const refused: PartResult = { type: 'text', outcome: 'refused', reason: 'why' };
const failure = new Error('why');

describe('deliver', () => {
  let requests: SendRequest[];
  const run = (
    sent: Partial<Sent>,
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
    } as unknown as IExecuteFunctions;
    const recipient = { to: 'u@im.wechat' };
    return deliver({ context, itemIndex: 2, bot, recipient, ...more }, [part], 'content');
  };

  beforeEach(() => {
    requests = [];
  });

  test('asks for what the node and the item say', async () => {
    const recipient = { to: 'u@im.wechat', contextToken: 'wanted', itemToken: 'of the item' };
    await run({}, { whenClosed: 'error' }, { recipient });
    await run({}, {}, {}, 'retry');
    expect(requests[0]).toMatchObject({
      to: 'u@im.wechat',
      parts: [part],
      whenClosed: 'error',
      contextToken: 'wanted',
      fallbackToken: 'of the item',
      identity: {
        name: '["workflow","node",4,2,"u@im.wechat","content"]',
        execution: '7',
        isRetry: false,
      },
    });
    expect(requests[1]).toMatchObject({ identity: { isRetry: true } });
    expect(requests[1]).not.toHaveProperty('contextToken');
  });

  const on = (onRefused: string, onUnconfirmed: string): object => ({ onRefused, onUnconfirmed });
  test.each<[string, Partial<Sent>, object, string]>([
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

  test('is an error for an execution that was cancelled, whatever the node says', async () => {
    const signal = AbortSignal.abort();
    const ending = run({ parts: [refused], failure }, on('continue', 'continue'), { signal });
    await expect(ending).rejects.toMatchObject({ name: 'SendFailed' });
    expect(await run({}, {}, { signal })).toMatchObject({ outcome: 'accepted' });
  });
});
