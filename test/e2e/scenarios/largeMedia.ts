import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SeenMessage } from '../../../emulator';
import { forgetPeak, memoryOf } from '../../../bench/peak-memory';
import { fileLike } from '../../support/file-heads';
import { chain, triggerNode, wechatNode, type Scenario } from '../world';

const MEGABYTE = 2 ** 20;
const FILE_NAME = '2026 年度报告（最终版）.zip';
/** Of an n8n that also runs its first workflow then. With the whole file in memory it would be much more. */
const MEMORY_LIMIT_MB = 100;
const DEADLINE_MS = 180_000;

interface WebFile {
  bytes: Buffer;
  headers: Record<string, string>;
}
type Path = '/picture' | '/report' | '/video';

function makeFiles(): Record<Path, WebFile> {
  const disposition = `attachment; filename*=UTF-8''${encodeURIComponent(FILE_NAME)}`;
  return {
    '/picture': { bytes: fileLike('image/png', 40_007), headers: {} },
    '/report': {
      bytes: fileLike('application/zip', 100 * MEGABYTE),
      headers: { 'content-disposition': disposition },
    },
    '/video': { bytes: fileLike('video/mp4', 100 * MEGABYTE), headers: {} },
  };
}

export const largeMedia: Scenario = {
  name: 'an image, a video of 100 MB and a file of 100 MB with a Chinese name go out and are not felt',
  async run(world) {
    const { emulator, rest, n8n } = world.stage;
    const account = await world.account();
    const { who, credential } = account;
    const files = makeFiles();
    const web = await serve(files);
    const base = `http://127.0.0.1:${(web.address() as AddressInfo).port}`;
    try {
      const send = { resource: 'message', operation: 'sendMedia' };
      const nodes = [
        triggerNode(credential),
        wechatNode('Send picture', credential, { ...send, source: 'url', url: `${base}/picture` }),
        wechatNode('Send report', credential, { ...send, source: 'url', url: `${base}/report` }),
        { ...fetchNode(`${base}/video`), position: [0, 0] as [number, number] },
        wechatNode('Send video', credential, { ...send, binaryPropertyName: 'video' }),
      ];
      const { id } = await rest.createWorkflow(chain('Large media', nodes));
      await rest.activate(id);
      const pid = n8n.pid()!;
      const before = memoryOf(pid).resident;
      forgetPeak(pid);

      await emulator.write({ ...who, text: 'send me everything' });
      const sent = (seen: SeenMessage[]): SeenMessage[] => seen.filter(({ from }) => from === 'bot');
      await emulator.waitFor((seen) => sent(seen).length >= 2, who, DEADLINE_MS);
      // n8n's own HTTP Request node may need more for the video than we do.
      const above = memoryOf(pid).peak - before;
      const execution = await rest.waitForExecution(id, { deadlineMs: DEADLINE_MS });
      assert.equal(execution.status, 'success', execution.data.resultData.error?.message);

      const expected = (['/picture', '/report', '/video'] as const).map((path) => files[path].bytes);
      const received = sent(emulator.sees(who.bot_id, who.user_id));
      assert.deepEqual(
        received.map(({ type, media }) => [type, media?.md5, media?.size]),
        expected.map((bytes, i) => [['image', 'file', 'video'][i], md5(bytes), bytes.length]),
      );
      assert.ok(received[1]!.media!.bytes().equals(expected[1]!));
      assert.equal(received[1]!.media!.name, FILE_NAME);
      assert.deepEqual(world.complaints(account), []);
      assert.ok(above < MEMORY_LIMIT_MB, `n8n took ${Math.round(above)} MB more for the file of 100 MB`);
      console.log(`    n8n took at most ${Math.round(above)} MB more while it sent 100 MB from a URL`);
      await rest.deactivate(id);
    } finally {
      web.closeAllConnections();
      web.close();
    }
  },
};

const md5 = (bytes: Buffer): string => createHash('md5').update(bytes).digest('hex');

async function serve(files: Record<Path, WebFile>): Promise<Server> {
  const server = createServer((request, response) => {
    const { bytes, headers } = files[request.url as Path];
    response.writeHead(200, { 'content-type': 'application/octet-stream', ...headers }).end(bytes);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

/** n8n's own node, which puts what it fetched into its binary data. */
function fetchNode(url: string) {
  const options = { response: { response: { responseFormat: 'file', outputPropertyName: 'video' } } };
  return {
    id: 'fetch',
    name: 'Fetch video',
    type: 'n8n-nodes-base.httpRequest',
    typeVersion: 4.2,
    parameters: { url, options },
  };
}
