import { parseLossless } from '../../../emulator/ids';
import { startBound, stopAll, type WireClient } from './wire-client';

afterEach(stopAll);

/** The next message, with every digit of its id. */
async function again(client: WireClient): Promise<Record<string, unknown>> {
  const response = await client.request('getupdates', { get_updates_buf: '' });
  return (parseLossless(await response.text()) as { msgs: Record<string, unknown>[] }).msgs[0]!;
}

describe('a message that comes once more', () => {
  it.each([
    ['same', true, true],
    ['new_id', false, true],
    ['new_id_and_token', false, false],
  ] as const)('%s', async (style, sameId, sameToken) => {
    const client = await startBound();
    await client.userWrites('hi');
    const first = await again(client);
    client.emulator.repeat(client.chat, style);
    const second = await again(client);
    expect(second).toMatchObject({ client_id: first['client_id'], seq: first['seq'] });
    expect(second['message_id'] === first['message_id']).toBe(sameId);
    expect(second['context_token'] === first['context_token']).toBe(sameToken);
  });

  it('may carry no id, and may be an earlier one', async () => {
    const client = await startBound();
    const { message_id } = await client.userWrites('first');
    await client.userWrites('second');
    await client.poll();
    client.emulator.repeat(client.chat, 'no_id', message_id);
    expect(await again(client)).toMatchObject({ item_list: [{ text_item: { text: 'first' } }] });
    client.emulator.repeat(client.chat, 'no_id', message_id);
    expect(await again(client)).not.toHaveProperty('message_id');
  });

  it('opens no window and gives no quota back', async () => {
    const client = await startBound({ settings: { quota: 1 } });
    await client.userWrites();
    await client.send('only one');
    client.emulator.repeat(client.chat, 'new_id_and_token');
    expect(await client.send('second')).toMatchObject({ ret: -2 });
    client.emulator.clock.advance(24 * 3_600_000);
    client.emulator.repeat(client.chat);
    expect(await client.post('getconfig', { ilink_user_id: client.user })).toMatchObject({ ret: -4 });
  });

  it('comes by itself after a while, when the settings say so', async () => {
    const client = await startBound({
      settings: { duplicateAfterMs: 30 * 60_000, duplicateStyle: 'new_id' },
    });
    await client.userWrites('hi');
    const first = await again(client);
    client.emulator.clock.advance(30 * 60_000);
    const second = await again(client);
    expect(second).toMatchObject({ client_id: first['client_id'] });
    expect(second['message_id']).not.toBe(first['message_id']);
  });

  it('has to be one that the user wrote', async () => {
    const client = await startBound();
    expect(() => client.emulator.repeat(client.chat)).toThrow('no such message');
  });
});
