import assert from 'node:assert/strict';
import { answeringWorkflow, chain, eventually, triggerNode, type Scenario, type World } from '../world';
import { assertNowhere, everythingSaid, openLoginStage } from '../login/stage';
import { Visitor } from '../login/visitor';

/** A token is refused; the link in the status item reaches the owner; everything goes on by itself after the scan. */
export const loginRenewal: Scenario = {
  name: 'a refused token gives a status item with a link, and after the scan the running workflows go on untouched',
  async run(world) {
    const { emulator, rest } = world.stage;
    const login = await openLoginStage(world);
    const account = await world.account();
    const { who, credential, bot } = account;
    const answers = await rest.createWorkflow(answeringWorkflow('Answers', account, 'still here'));
    const alarm = await rest.createWorkflow(statusWorkflow(credential));
    for (const { id } of [answers, alarm]) await rest.activate(id);
    await eventually(() => emulator.polls(who.bot_id) === 1, 'the triggers do not poll');

    emulator.revoke(who.bot_id);
    const link = await linkOfStatus(world, alarm.id);
    const visitor = await Visitor.arrive({ width: 390, height: 844 });
    await visitor.open(link, 'unused');
    const url = await visitor.show();
    await visitor.picture('code-phone-light');
    emulator.scan(url, who.user_id);
    emulator.confirm(url);
    await visitor.sees('done');
    await visitor.picture('done-phone-light');

    const renewed = emulator.world.bots
      .all()
      .find(({ login: one, live }) => live && one.ilink_user_id === who.user_id)!.login;
    await eventually(() => emulator.polls(renewed.ilink_bot_id) === 1, 'the new token is not used');
    const known = (await rest.executions(answers.id)).map(({ id }) => id);
    await emulator.write({ bot_id: renewed.ilink_bot_id, user_id: who.user_id, text: 'hello?' });
    const answered = await rest.waitForExecution(answers.id, { known });
    assert.equal(answered.status, 'success', answered.data.resultData.error?.message);
    const seen = emulator.sees(renewed.ilink_bot_id, who.user_id);
    assert.ok(
      seen.some(({ from, text }) => from === 'bot' && text === 'still here'),
      'the answer came with the new token',
    );
    await visitor.leave();
    assertNowhere([bot.bot_token, renewed.bot_token], [...visitor.answers, ...(await everythingSaid(world))]);
    for (const { id } of [answers, alarm]) await rest.deactivate(id);
    await login.close();
  },
};

function statusWorkflow(credential: { id: string; name: string }) {
  const trigger = triggerNode(credential);
  const parameters = { options: { statusItems: true } };
  return chain('Alarm', [{ ...trigger, id: 'alarm', parameters }]);
}

async function linkOfStatus({ stage: { rest } }: World, workflowId: string): Promise<string> {
  let link = '';
  await eventually(async () => {
    for (const { id, status } of await rest.executions(workflowId)) {
      if (status !== 'success') continue;
      const { data } = await rest.execution(id);
      const item = data.resultData.runData['WeChat Trigger']?.[0]?.data?.main[0]?.[0];
      const { url } = Object(item?.json.login) as { url?: string };
      if (url !== undefined) link = url;
    }
    return link !== '';
  }, 'no status item has a link');
  return link;
}
