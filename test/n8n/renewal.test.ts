import type { IDataObject } from 'n8n-workflow';

import type { BotLogin } from '../../emulator';
import { botKeyOf } from '../../ilink/credential';
import { proveLogin } from '../../login/proof';
import { bots } from '../../nodes/WeChat/shared/bots';
import { eventually } from './harness/eventually';
import { WECHAT_LOGIN_TRIGGER } from './harness/nodeTypes';
import { Stage, type Person } from './harness/stage';
import type { NodeDraft } from './harness/workflow';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage.close());

const statusTrigger = (owner: Person): NodeDraft => owner.trigger({ options: { statusItems: true } });

/** The item that tells of a refused token. */
async function refusal(owner: Person): Promise<{ login: IDataObject; needsPerson: boolean }> {
  const active = await stage.n8n.activate([statusTrigger(owner)]);
  await eventually(() => stage.server.polls(owner.botId) === 1);
  stage.server.revoke(owner.botId);
  const told = (): IDataObject | undefined =>
    active.log.items.find(({ needsPerson }) => needsPerson === true);
  await eventually(() => told() !== undefined, 20_000);
  await active.deactivate();
  return told() as { login: IDataObject; needsPerson: boolean };
}

describe('When a token is refused', () => {
  test('the status item says whose login is needed, also where no login page is open', async () => {
    const owner = stage.newOwner();
    const { login } = await refusal(owner);
    expect(login).toEqual({
      credentialId: owner.credential,
      credentialName: 'WeChat account',
      ownerUserId: owner.id,
    });
  });

  test('it has a link where a login page is open, good for one login of this account', async () => {
    const { workflow } = stage.n8n.triggerContext([
      { name: 'Login', type: WECHAT_LOGIN_TRIGGER, parameters: {} },
    ]);
    await stage.n8n.hook(workflow, 'create');
    const owner = stage.newOwner();
    const { login } = await refusal(owner);
    expect(login).toMatchObject({ credentialId: owner.credential, ownerUserId: owner.id });
    expect(login.url).toMatch(/^http:\/\/127\.0\.0\.1:5678\/webhook\/.*wechat-login#[\w-]{43}$/);
    const inHours = (Date.parse(String(login.expiresAt)) - Date.now()) / 3_600_000;
    expect(Math.round(inHours)).toBe(24);
    await stage.n8n.hook(workflow, 'delete');
  });

  /** A person who has talked with the bot, and whose new login is in the credential now. */
  const renewed = async (): Promise<{ owner: Person; login: BotLogin; key: string }> => {
    const owner = stage.newOwner();
    const before = await stage.n8n.activate([owner.trigger()]);
    await owner.writes('before');
    await eventually(() => before.log.emits.length === 1);
    await stage.n8n.execute(owner.sendText({ text: 'one of ten' }), [{ json: {} }]);
    await before.deactivate();
    const login = stage.server.bind({ user_id: owner.id });
    expect(login.ilink_bot_id).not.toBe(owner.botId);
    stage.n8n.credentials.stored.set(owner.credential, stage.credentialOf(login));
    return { owner, login, key: botKeyOf({ botToken: login.bot_token }) };
  };
  const conversationOf = async (owner: Person): Promise<IDataObject | undefined> => {
    const [item] = await stage.n8n.execute(owner.node({ resource: 'conversation', operation: 'get' }), [
      { json: {} },
    ]);
    return item?.json;
  };
  const keptOf = async (key: string): Promise<object[]> => {
    const kept = await (await bots.memory()).store.inbox.messagesAfter(key, 0, 10);
    return kept.map(({ body }) => JSON.parse(body) as object);
  };

  test('a login that was followed here keeps conversations and messages: another bot, the same person', async () => {
    const { owner, login, key } = await renewed();
    const confirmed = { botToken: login.bot_token, ownerUserId: owner.id, confirmedBy: stage.server.apiUrl };
    await proveLogin((await bots.memory()).store.logins, confirmed);
    // The window belongs to the login: the person has to write to the new bot first, but is known.
    expect(await conversationOf(owner)).toMatchObject({
      user_id: owner.id,
      canSend: false,
      lastInboundAt: expect.any(String),
    });
    const [queued] = await stage.n8n.execute(owner.sendText({ text: 'waits for you' }), [{ json: {} }]);
    expect(queued?.json).toMatchObject({ outcome: 'queued' });
    expect(await keptOf(key)).toMatchObject([{ to_user_id: owner.botId }]);

    const after = await stage.n8n.activate([owner.trigger()]);
    await stage.server.write({ bot_id: login.ilink_bot_id, user_id: owner.id, text: 'after' });
    await eventually(() => after.log.emits.length === 1);
    expect(after.log.items).toMatchObject([{ text: 'after', to_user_id: login.ilink_bot_id }]);
    const shown = (): boolean =>
      stage.server
        .sees(login.ilink_bot_id, owner.id)
        .some(({ text }) => text?.includes('waits for you') ?? false);
    await eventually(shown);
    await after.deactivate();
  });

  test('a token that was put in by hand opens nothing of before until the person has written to the new bot', async () => {
    const { owner, login, key } = await renewed();
    expect(await conversationOf(owner)).toMatchObject({ lastInboundAt: null });
    expect(await keptOf(key)).toEqual([]);
    const after = await stage.n8n.activate([owner.trigger()]);
    await stage.server.write({ bot_id: login.ilink_bot_id, user_id: owner.id, text: 'after' });
    await eventually(() => after.log.emits.length === 1);
    expect(await keptOf(key)).toMatchObject([
      { to_user_id: owner.botId },
      { to_user_id: login.ilink_bot_id },
    ]);
    await after.deactivate();
  });
});
