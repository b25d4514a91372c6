import { startBound, stopAll, until, type WireClient } from './wire-client';

afterEach(stopAll);

const held = (client: WireClient, polls: number) =>
  until(() => client.emulator.polls(client.chat.bot_id) === polls);

/** A poll that the gateway has answered; the server's end is as the setting says. */
async function cutPoll(gatewayOrigin: 'open' | 'closed') {
  const client = await startBound({ settings: { gatewayCutMs: 16_000, gatewayOrigin } });
  const poll = client.request('getupdates', { get_updates_buf: '' });
  await held(client, 1);
  client.emulator.clock.advance(16_000);
  const response = await poll;
  return { client, response, page: await response.text() };
}

describe('a gateway in front', () => {
  it('answers 524 with a page when the hold is longer than it waits', async () => {
    const { client, response, page } = await cutPoll('closed');
    expect([response.status, response.headers.get('content-type')]).toEqual([524, 'text/html']);
    expect(page).toContain('524');
    expect(client.emulator.requests('getupdates')).toMatchObject([{ status: 524, outcome: 'gateway 524' }]);
  });

  it('lets an answer through that comes in time', async () => {
    const client = await startBound({ settings: { gatewayCutMs: 16_000 } });
    const poll = client.poll();
    await held(client, 1);
    client.emulator.clock.advance(8_000);
    await client.userWrites('in time');
    expect((await poll).msgs).toHaveLength(1);
  });

  it("closes the server's poll, so that what comes next waits", async () => {
    const { client } = await cutPoll('closed');
    expect(client.emulator.polls(client.chat.bot_id)).toBe(0);
    await client.userWrites('kept');
    expect((await client.poll()).msgs).toHaveLength(1);
  });

  it("or leaves the server's poll open, which takes the next message with it", async () => {
    const { client } = await cutPoll('open');
    await held(client, 1);
    await client.userWrites('lost');
    await until(() => client.reasons().includes('lost_behind_gateway'));
    await client.userWrites('kept');
    expect((await client.poll()).msgs).toMatchObject([{ item_list: [{ text_item: { text: 'kept' } }] }]);
    expect(client.reasons()).toEqual(['lost_behind_gateway']);
  });

  it('passes on that a client has gone, so that its poll is no longer there', async () => {
    const client = await startBound({ settings: { gatewayCutMs: 16_000, gatewayOrigin: 'open' } });
    const controller = new AbortController();
    const poll = client.poll('', controller.signal).catch(() => 'gone');
    await held(client, 1);
    controller.abort();
    expect(await poll).toBe('gone');
    await held(client, 0);
  });

  it.each([
    ['second', 1],
    ['api', 0],
  ] as const)('stands in front of the hosts that it is set for: %s', async (gatewayHost, polls) => {
    const client = await startBound({ settings: { gatewayCutMs: 16_000, gatewayHost } });
    const poll = client.request('getupdates', { get_updates_buf: '' });
    await held(client, 1);
    client.emulator.clock.advance(16_000);
    expect(client.emulator.polls(client.chat.bot_id)).toBe(polls);
    client.emulator.clock.advance(35_000);
    expect((await poll).status).toBe(polls === 1 ? 200 : 524);
  });
});
