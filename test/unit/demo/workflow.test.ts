import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32, inflateSync } from 'node:zlib';
import { DRAW_PICTURE } from '../../../demo/drawPicture';
import { answerWorkflow } from '../../../demo/workflow';

describe('answerWorkflow', () => {
  const { nodes, connections } = answerWorkflow({ id: '1', name: 'bot' });

  it('connects nodes that exist, and leaves none alone', () => {
    const names = nodes.map(({ name }) => name);
    const links = Object.values(connections).flatMap((kinds) => Object.values(kinds).flat(2));
    const targets = links.map(({ node }) => node);
    expect(names).toEqual(expect.arrayContaining([...targets, ...Object.keys(connections)]));
    expect(names.filter((name) => !targets.includes(name))).toEqual(['WeChat Trigger']);
  });

  it('gives every WeChat node the credential, and no other node', () => {
    const withCredential = nodes.filter(({ credentials }) => credentials).map(({ type }) => type);
    expect(withCredential).toHaveLength(nodes.filter(({ type }) => type.includes('wechat-ilink')).length);
    expect(withCredential.every((type) => type.includes('wechat-ilink'))).toBe(true);
  });

  it('is the workflow that lies in examples/ for import, without a credential', () => {
    const file = join(__dirname, '..', '..', '..', 'examples', 'answer-a-message.json');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(JSON.parse(JSON.stringify(answerWorkflow())));
  });
});

describe('DRAW_PICTURE', () => {
  it('makes one valid PNG per item, of 64 by 64 pixels', () => {
    const run = new Function('$input', DRAW_PICTURE) as (input: object) => Array<{
      binary: { picture: { data: string; mimeType: string } };
      pairedItem: { item: number };
    }>;
    const items = run({ all: () => [{ json: {} }, { json: {} }] });
    expect(items.map(({ pairedItem }) => pairedItem.item)).toEqual([0, 1]);
    const png = Buffer.from(items[0]!.binary.picture.data, 'base64');
    const chunks = readChunks(png);
    expect(chunks.map(({ type }) => type)).toEqual(['IHDR', 'IDAT', 'IEND']);
    expect([chunks[0]!.data.readUInt32BE(0), chunks[0]!.data.readUInt32BE(4)]).toEqual([64, 64]);
    expect(inflateSync(chunks[1]!.data)).toHaveLength(64 * (1 + 64 * 3)); // throws when the checksum is wrong
  });
});

/** The chunks of a PNG, with their checksums compared to zlib's own. */
function readChunks(png: Buffer): Array<{ type: string; data: Buffer }> {
  expect(png.subarray(0, 8)).toEqual(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]));
  const chunks = [];
  for (let at = 8; at < png.length;) {
    const length = png.readUInt32BE(at);
    const body = png.subarray(at + 4, at + 8 + length);
    expect(png.readUInt32BE(at + 8 + length)).toBe(crc32(body));
    chunks.push({ type: body.subarray(0, 4).toString('latin1'), data: body.subarray(4) });
    at += 12 + length;
  }
  return chunks;
}
