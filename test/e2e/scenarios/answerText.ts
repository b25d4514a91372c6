import assert from 'node:assert/strict';
import type { Item } from '../../../tools/n8n/types';
import { answeringWorkflow, type Account, type Scenario, type World } from '../world';

const TEXT = 'Grüße aus 北京 🥟 "quoted" \\ and\na second line';

export const answerText: Scenario = {
  name: 'a message becomes an item with its context token, and the answer is delivered with the right fields',
  async run(world) {
    const { emulator, rest } = world.stage;
    const account = await world.account();
    const text = '={{ "You wrote: " + $json.text }}';
    const { id } = await rest.createWorkflow(answeringWorkflow('Answer', account, text));
    await rest.activate(id);
    const written = await emulator.write({ ...account.who, text: TEXT });
    const execution = await rest.waitForExecution(id);
    assert.equal(execution.status, 'success', execution.data.resultData.error?.message);
    assert.equal(execution.mode, 'trigger');

    const { runData } = execution.data.resultData;
    const item = firstItem(runData['WeChat Trigger']?.[0]?.data?.main);
    checkItem(item, written, account);
    const sent = firstItem(runData.Answer?.[0]?.data?.main);
    checkRequest(world, account, String(item.json.context_token));

    const [answer] = emulator
      .sees(account.who.bot_id, account.who.user_id)
      .filter(({ from }) => from === 'bot');
    assert.equal(answer?.text, `You wrote: ${TEXT}`);
    assert.equal(sent.json.to_user_id, account.who.user_id);
    assert.equal(sent.json.client_id, answer.client_id);
    assert.deepEqual(sent.pairedItem, { item: 0 });
    assert.deepEqual(world.complaints(account), []);
    await rest.deactivate(id);
  },
};

function checkItem(
  item: Item,
  written: { message_id: string; context_token: string },
  { who }: Account,
): void {
  const { json } = item;
  assert.equal(json.type, 'text');
  assert.equal(json.text, TEXT);
  assert.equal(json.chatInput, TEXT);
  assert.equal(json.sessionId, who.user_id);
  assert.equal(json.from_user_id, who.user_id);
  assert.equal(json.to_user_id, who.bot_id);
  assert.equal(json.context_token, written.context_token);
  assert.ok(
    Number(written.message_id) > Number.MAX_SAFE_INTEGER,
    'the id would fit a number and show nothing',
  );
  assert.equal(json.message_id, written.message_id, 'a uint64 keeps all its digits');
  assert.equal(typeof json.create_time_ms, 'number');
}

/** What must be in `sendmessage`, or the real server drops it without a word. */
function checkRequest({ stage: { emulator } }: World, { who, bot }: Account, contextToken: string): void {
  const requests = emulator.requests('sendmessage').filter(({ bot_id }) => bot_id === who.bot_id);
  assert.equal(requests.length, 1);
  const [request] = requests;
  const { msg, base_info } = request?.body as {
    msg: Record<string, unknown>;
    base_info: Record<string, unknown>;
  };
  const { client_id, item_list, ...rest } = msg;
  assert.deepEqual(rest, {
    from_user_id: '',
    to_user_id: who.user_id,
    message_type: 2,
    message_state: 2,
    context_token: contextToken,
  });
  assert.ok(typeof client_id === 'string' && client_id.length > 0);
  assert.deepEqual(item_list, [{ type: 1, text_item: { text: `You wrote: ${TEXT}` } }]);
  assert.equal(base_info.channel_version, '2.4.9');
  assert.equal(request?.headers.authorization, `Bearer ${bot.bot_token}`);
  assert.equal(request?.headers['ilink-app-clientversion'], '132105');
}

function firstItem(outputs: Array<Item[] | null> | undefined): Item {
  const item = outputs?.[0]?.[0];
  assert.ok(item, 'the node gave no item');
  return item;
}
