import { LoginClient } from './login-client';
import { startChat, stopAll, until, type WireClient } from './wire-client';

afterEach(stopAll);

/** Reads a stream of server-sent events until `count` of them came. */
async function listenTo(client: WireClient, query: Record<string, string> = client.chat) {
  const url = `${client.emulator.personUrl}/control/events?${new URLSearchParams(query)}`;
  const controller = new AbortController();
  const response = await fetch(url, { signal: controller.signal });
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  const events = async (count: number) => {
    const complete = () =>
      [...text.matchAll(/event: (\w+)\ndata: (.*)\n\n/g)].map(([, event, data]) => [
        event,
        JSON.parse(data!),
      ]);
    while (complete().length < count) text += (await reader.read()).value;
    return complete();
  };
  return { events, close: () => controller.abort() };
}

describe('events', () => {
  it('tell messages and typing of their chat', async () => {
    const client = await startChat();
    const { events } = await listenTo(client);
    const { typing_ticket } = await client.post('getconfig', { ilink_user_id: client.user });
    await client.post('sendtyping', { ilink_user_id: client.user, typing_ticket, status: 1 });
    await client.emulator.write({
      bot_id: client.chat.bot_id,
      user_id: 'other@im.wechat',
      text: 'elsewhere',
    });
    await client.send('answer');
    expect(await events(2)).toMatchObject([
      ['typing', { typing: true }],
      ['message', { index: 1, from: 'bot', type: 'text', text: 'answer' }],
    ]);
  });

  it('tell logins to everybody, also to a page without a chat', async () => {
    const client = await startChat();
    const { events } = await listenTo(client, {});
    const { qr_url } = await new LoginClient(client.emulator).begin();
    await client.userWrites('not told here');
    client.emulator.scan(qr_url);
    client.emulator.confirm(qr_url);
    expect(await events(2)).toEqual([
      ['login', { qr_url, status: 'scaned' }],
      ['login', { qr_url, status: 'confirmed' }],
    ]);
  });

  it('leave no listener behind when the page is closed', async () => {
    const client = await startChat();
    const { close } = await listenTo(client);
    const { events } = client.emulator.world;
    expect(events.listenerCount('message')).toBe(1);
    close();
    await until(
      () =>
        events.listenerCount('message') + events.listenerCount('typing') + events.listenerCount('login') ===
        0,
    );
  });
});
