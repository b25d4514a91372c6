import { NodeApiError } from 'n8n-workflow';

import { Stage, type Person } from './harness/stage';

let stage: Stage;
let owner: Person;
beforeAll(async () => {
  stage = await Stage.open();
});
beforeEach(async () => {
  owner = await stage.owner();
});
afterAll(() => stage.close());

const NOTHING = [{ json: {} }];

describe('Typing', () => {
  test('Start shows it on the phone, and Stop takes it away', async () => {
    const [started] = await stage.n8n.execute(owner.typing('start'), NOTHING);
    expect(owner.seesTyping).toBe(true);
    expect(started).toEqual({ json: { typing: true, to_user_id: owner.id }, pairedItem: { item: 0 } });

    const [stopped] = await stage.n8n.execute(owner.typing('stop'), NOTHING);
    expect(owner.seesTyping).toBe(false);
    expect(stopped).toEqual({ json: { typing: false, to_user_id: owner.id }, pairedItem: { item: 0 } });
  });

  test('it is shown to the sender of the incoming message', async () => {
    const friend = owner.friend();
    const { context_token } = await friend.writes('hi');
    await stage.n8n.execute(owner.typing('start'), [{ json: { from_user_id: friend.id, context_token } }]);
    expect([friend.seesTyping, owner.seesTyping]).toEqual([true, false]);
    expect(stage.server.requests('getconfig').at(-1)!.body).toMatchObject({ context_token });
  });

  test('one ticket serves several calls', async () => {
    const tickets = (): number =>
      stage.server.requests('getconfig').filter(({ bot_id }) => bot_id === owner.botId).length;
    await stage.n8n.execute(owner.typing('start'), NOTHING);
    await stage.n8n.execute(owner.typing('start'), NOTHING);
    await stage.n8n.execute(owner.typing('stop'), NOTHING);
    expect(tickets()).toBe(1);
  });

  test('a ticket that has expired on the server is replaced, and the call is not lost', async () => {
    await stage.n8n.execute(owner.typing('start'), NOTHING);
    stage.server.clock.advance(stage.server.settings.ticketTtlMs);
    expect(owner.seesTyping).toBe(false);
    await stage.n8n.execute(owner.typing('start'), NOTHING);
    expect(owner.seesTyping).toBe(true);
  });

  test('it works while the window is closed: typing is no message', async () => {
    const stranger = stage.newOwner();
    await stage.n8n.execute(stranger.typing('start'), NOTHING);
    expect(stranger.seesTyping).toBe(true);
  });

  test('a recipient whom the server does not know is an error that says so', async () => {
    const starting = stage.n8n.execute(owner.typing('start', { to: owner.id.toUpperCase() }), NOTHING);
    await expect(starting).rejects.toBeInstanceOf(NodeApiError);
    await expect(starting).rejects.toMatchObject({
      context: { itemIndex: 0 },
      description: expect.stringContaining('invalid ilink_user_id'),
    });
  });
});
