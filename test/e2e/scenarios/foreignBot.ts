import assert from 'node:assert/strict';
import type { N8nRest } from '../../../tools/n8n/rest';
import type { Execution, WorkflowNode } from '../../../tools/n8n/types';
import { CREDENTIAL_TYPE, credentialData } from '../../../tools/stage';
import {
  chain,
  eventually,
  nodeOf,
  triggerNode,
  wechatNode,
  type Account,
  type Scenario,
  type World,
} from '../world';

const MEMBER = {
  email: 'typist@example.com',
  password: 'Member-12345',
  firstName: 'Some',
  lastName: 'Typist',
};

export const foreignBot: Scenario = {
  name: "a member with a token of his own and the ids of the owner's bot reaches nothing of it, and nobody loses anything",
  async run(world) {
    const { emulator, rest } = world.stage;
    const owner = await world.account();
    const own = await rest.createWorkflow(chain('Owner', [triggerNode(owner.credential)]));
    await rest.activate(own.id);
    await emulator.write({ ...owner.who, text: 'private' });
    await rest.waitForExecution(own.id);
    emulator.faults.add({
      endpoint: 'sendmessage',
      bot_id: owner.who.bot_id,
      ret: -2,
      errmsg: 'prepare failed',
    });
    const send = {
      resource: 'message',
      operation: 'sendText',
      to: owner.who.user_id,
      text: 'a secret that waits',
    };
    await runOnce(rest, wechatNode('Send', owner.credential, send));
    emulator.faults.clear();
    assert.equal(await queuedOf(rest, owner), 1);

    const member = await rest.invite(MEMBER);
    const typist = await accountWithIdsOf(world, member, owner);
    const theirs = await member.createWorkflow(chain('Typist', [triggerNode(typist.credential)]));
    await member.activate(theirs.id);
    await eventually(
      () => emulator.polls(typist.who.bot_id) === 1,
      'the trigger of the member does not poll',
    );
    await reachesNothing(member, typist, owner);
    await emulator.write({ ...typist.who, text: 'mine' });
    const heard = await member.waitForExecution(theirs.id);
    assert.equal(itemOf(heard, 'WeChat Trigger')?.text, 'mine');

    await rest.deactivate(own.id);
    await member.deactivate(theirs.id);
    assert.equal(await queuedOf(rest, owner), 1, 'the queue of the owner is gone');
    const secrets = JSON.stringify(
      await Promise.all((await member.executions()).map(({ id }) => member.execution(id))),
    );
    for (const secret of ['a secret that waits', 'private'])
      assert.ok(!secrets.includes(secret), `the member got "${secret}"`);
    await emulator.write({ ...owner.who, text: 'and again' });
    await rest.activate(own.id);
    const shown = (): boolean =>
      emulator
        .sees(owner.who.bot_id, owner.who.user_id)
        .some(({ text }) => text?.includes('a secret that waits') ?? false);
    await eventually(shown, 'what waited for the owner does not go out');
    await rest.deactivate(own.id);
  },
};

/** A bot of the member's own, in a credential that says it were the owner's. */
async function accountWithIdsOf(
  { stage: { emulator } }: World,
  member: N8nRest,
  owner: Account,
): Promise<Account> {
  const bot = emulator.bind();
  const typed = { ownerUserId: owner.who.user_id, botId: owner.who.bot_id };
  const data = { ...credentialData(emulator, bot), ...typed };
  const credential = await member.createCredential('Typed', CREDENTIAL_TYPE, data);
  return { bot, who: { bot_id: bot.ilink_bot_id, user_id: bot.ilink_user_id }, credential };
}

async function reachesNothing(member: N8nRest, { credential }: Account, owner: Account): Promise<void> {
  const run = async (parameters: WorkflowNode['parameters']) =>
    itemOf(await runOnce(member, wechatNode('Try', credential, parameters)), 'Try');
  const to = owner.who.user_id;
  assert.equal(await run({ resource: 'conversation', operation: 'listQueued' }), undefined);
  assert.deepEqual((await run({ resource: 'conversation', operation: 'cancelQueued', to }))?.cancelled, []);
  assert.equal(await run({ resource: 'conversation', operation: 'getMany' }), undefined);
  const known = await run({ resource: 'conversation', operation: 'get', to });
  assert.deepEqual([known?.queued, known?.lastInboundAt], [0, null]);
  const loggedOut = await run({ resource: 'login', operation: 'logOut' });
  const { messages, conversations, queued } = loggedOut?.forgotten as Record<string, number>;
  assert.deepEqual({ messages, conversations, queued }, { messages: 0, conversations: 0, queued: 0 });
}

async function queuedOf(rest: N8nRest, { credential }: Account): Promise<number> {
  const list = { resource: 'conversation', operation: 'listQueued' };
  const run = await runOnce(rest, wechatNode('List', credential, list));
  return run.data.resultData.runData.List?.[0]?.data?.main[0]?.length ?? 0;
}

function itemOf({ data }: Execution, node: string): Record<string, unknown> | undefined {
  return data.resultData.runData[node]?.[0]?.data?.main[0]?.[0]?.json;
}

async function runOnce(rest: N8nRest, node: WorkflowNode): Promise<Execution> {
  const start = nodeOf('Start', 'n8n-nodes-base.manualTrigger', 1, {});
  const workflow = await rest.createWorkflow(chain(node.name, [start, node]));
  const { executionId } = await rest.listen(workflow, 'Start');
  const run = await rest.waitUntilFinished(executionId);
  assert.equal(run.status, 'success', run.data.resultData.error?.message);
  return run;
}
