import { eventually } from './harness/eventually';
import { Stage, type Person } from './harness/stage';

let stage: Stage;
let owner: Person;
beforeAll(async () => {
  stage = await Stage.open();
});
beforeEach(() => {
  owner = stage.newOwner();
});
afterAll(() => stage.close());

const getNode = () => owner.node({ resource: 'conversation', operation: 'get' });
const conversation = async () => {
  const [item] = await stage.n8n.execute(getNode(), [{ json: {} }]);
  return item!.json;
};
const send = (text: string, options = {}) =>
  stage.n8n.execute(owner.sendText({ text, options }), [{ json: {} }]);

/** The trigger hears a message, so the store knows that the user wrote. */
async function hears(text: string): Promise<void> {
  const active = await stage.n8n.activate([owner.trigger()]);
  await owner.writes(text);
  await eventually(() => active.log.emits.length === 1);
  await active.deactivate();
}

describe('Conversation → Get', () => {
  test('claims nothing about somebody of whom nothing is known', async () => {
    expect(await conversation()).toEqual({
      user_id: owner.id,
      canSend: null,
      sendsLeft: null,
      windowClosesAt: null,
      lastInboundAt: null,
      queued: 0,
    });
  });

  test('counts down with every message, and begins anew when the user writes', async () => {
    await hears('hello');
    expect(await conversation()).toMatchObject({ user_id: owner.id, canSend: true, sendsLeft: 10 });
    await send('one');
    await send('two');
    expect(await conversation()).toMatchObject({ sendsLeft: 8 });
    await hears('hello again');
    expect(await conversation()).toMatchObject({ sendsLeft: 10 });
  });

  test('knows that the window is closed when WeChat has said so', async () => {
    await hears('hello');
    stage.server.faults.add({ endpoint: 'sendmessage', ret: -2, errmsg: 'prepare failed' });
    stage.server.faults.add({ endpoint: 'getconfig', ret: -4 });
    await expect(send('too late', { whenClosed: 'error' })).rejects.toThrow(
      'closed until the user writes again',
    );
    expect(await conversation()).toMatchObject({ canSend: false, sendsLeft: 0 });
  });

  test('is part of the output of every send, so that an IF node can branch', async () => {
    await hears('hello');
    const [item] = await send('one');
    expect(item!.json.conversation).toMatchObject({ canSend: true, sendsLeft: 9 });
  });

  test('gives the newest context token to a message that comes from nowhere, such as a notification', async () => {
    await hears('hello');
    await send('a notification');
    const { body } = stage.server.requests('sendmessage').at(-1)!;
    expect((body as { msg: { context_token?: string } }).msg.context_token).toBeTruthy();
    expect(owner.texts).toContain('a notification');
  });
});
