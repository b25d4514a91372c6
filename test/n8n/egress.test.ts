import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { NodeApiError } from 'n8n-workflow';

import { eventually } from './harness/eventually';
import { Stage, type Person } from './harness/stage';

let stage: Stage;
let owner: Person;
beforeAll(async () => {
  stage = await Stage.open();
  // As an administrator can set it: no connections to loopback and private networks, where the emulator is.
  stage.n8n.protectFromSsrf();
});
beforeEach(() => {
  owner = stage.newOwner();
});
afterAll(() => stage.close());

const send = () => stage.n8n.execute(owner.sendText({ text: 'x' }), [{ json: {} }]).catch((thrown) => thrown);
const credential = () => stage.n8n.credentials.stored.get(owner.credential)!;

describe('An n8n that does not let its nodes connect to everywhere', () => {
  test('keeps the action from an address', async () => {
    const error = await send();
    expect(error).toBeInstanceOf(NodeApiError);
    expect(error.message).toBe('WeChat could not be reached');
    expect(error.description).toContain("refused by this n8n's egress rule");
    expect(stage.server.requests()).toEqual([]);
  });

  test('keeps it from a name that leads to such an address', async () => {
    credential().apiBaseUrl = stage.server.apiUrl.replace('127.0.0.1', 'localhost');
    const typing = stage.n8n.execute(owner.typing('start'), [{ json: {} }]);
    await expect(typing).rejects.toThrow('WeChat could not be reached');
    expect(stage.server.requests()).toEqual([]);
  });

  test('keeps it from the file that a message names, and a host that the user added is no way around', async () => {
    const { aes_key } = { aes_key: Buffer.alloc(16).toString('base64') };
    const media = [{ kind: 'file', media: { full_url: `${stage.server.cdnUrl}/download`, aes_key } }];
    const node = owner.download({ options: { mediaHosts: new URL(stage.server.cdnUrl).host } });
    const error = await stage.n8n.execute(node, [{ json: { media } }]).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(NodeApiError);
    expect(error.message).toBe('The file could not be fetched from WeChat');
    expect(error.description).toContain("refused by this n8n's egress rule");
    expect(stage.server.requests()).toEqual([]);
  });

  test.each(['127.0.0.1', 'localhost'])('fetches no file to be sent from %s', async (host) => {
    let asked = 0;
    const web = createServer((_request, response) => void response.end(String(++asked)));
    web.listen(0, '127.0.0.1');
    await once(web, 'listening');
    const url = `http://${host}:${(web.address() as AddressInfo).port}/file`;
    const sending = stage.n8n.execute(owner.sendMedia({ source: 'url', url }), [{ json: {} }]);
    await expect(sending).rejects.toThrow('blocked');
    web.close();
    expect([asked, stage.server.requests().length]).toEqual([0, 0]);
  });

  test('keeps the trigger from it, too, which then tries rarely and says so in the log', async () => {
    const active = await stage.n8n.activate([owner.trigger()]);
    await eventually(() => stage.n8n.logs.at('warn').some((line) => line.includes('could not be reached')));
    await active.deactivate();
    expect(stage.server.requests()).toEqual([]);
  });

  test('is obeyed also after the test of the credential, for which n8n has no such rule', async () => {
    await owner.writes('hello');
    await expect(stage.n8n.testCredential(credential())).resolves.toMatchObject({ status: 'OK' });
    expect((await send()).message).toBe('WeChat could not be reached');
    expect(stage.server.requests('sendmessage')).toEqual([]);
  });
});
