import { type Emulator, startEmulator } from '../../emulator';
import { TencentClient } from './tencent/client';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());

test('a client that calls another host than loopback is stopped from it and found out', async () => {
  const client = await TencentClient.start(emulator);
  const login = { ...emulator.bind(), baseurl: 'https://ilinkai.wechat.com' };
  const { accountId } = await client.call('adopt', login);
  const message = { accountId, to: login.ilink_user_id, text: 'out there' };

  await expect(client.call('sendMessage', message)).rejects.toThrow(/Only loopback is ever contacted/);
  await expect(client.stop()).rejects.toThrow('https://ilinkai.wechat.com/ilink/bot/sendmessage');
});

test('calls that are open when the process ends are rejected', async () => {
  const client = await TencentClient.start(emulator);
  const { accountId } = await client.call('adopt', emulator.bind());
  const open = client.call('receiveCount', { accountId, count: 1 });

  const rejected = expect(open).rejects.toThrow(/The process of Tencent's client ended/);
  await client.stop();
  await rejected;
});
