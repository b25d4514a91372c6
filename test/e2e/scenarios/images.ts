import assert from 'node:assert/strict';
import { createDecipheriv, createHash } from 'node:crypto';
import { DRAW_PICTURE } from '../../../demo/drawPicture';
import type { Item } from '../../../tools/n8n/types';
import { chain, codeNode, triggerNode, wechatNode, type Scenario } from '../world';

/** Any bytes do: nobody on the way looks into a picture. */
const PHOTO = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(100_001, 'photo')]);

export const images: Scenario = {
  name: 'an image comes in as a reference that opens, and an image goes out that the phone can show',
  async run(world) {
    const { emulator, rest } = world.stage;
    const account = await world.account();
    const { who, credential } = account;
    const send = {
      resource: 'message',
      operation: 'sendMedia',
      binaryPropertyName: 'picture',
      caption: 'Look:',
    };
    const nodes = [
      triggerNode(credential),
      codeNode('Draw', DRAW_PICTURE),
      wechatNode('Send', credential, send),
    ];
    const { id } = await rest.createWorkflow(chain('Images', nodes));
    await rest.activate(id);

    await emulator.write({ ...who, media: { kind: 'image', name: 'photo.png', bytes: PHOTO } });
    const execution = await rest.waitForExecution(id);
    const { runData, error } = execution.data.resultData;
    assert.equal(execution.status, 'success', error?.message);
    const item = runData['WeChat Trigger']?.[0]?.data?.main[0]?.[0];
    assert.equal(item?.json.type, 'image');
    assert.deepEqual(await open(item), PHOTO);

    const drawn = runData.Draw?.[0]?.data?.main[0]?.[0]?.binary?.picture;
    assert.equal(drawn?.mimeType, 'image/png');
    const [caption, picture] = emulator.sees(who.bot_id, who.user_id).filter(({ from }) => from === 'bot');
    assert.equal(caption?.text, 'Look:');
    assert.equal(picture?.type, 'image');
    const bytes = picture.media?.bytes() ?? Buffer.alloc(0);
    assert.equal(bytes.subarray(1, 4).toString(), 'PNG');
    assert.equal(picture.media?.md5, createHash('md5').update(bytes).digest('hex'));
    assert.deepEqual(world.complaints(account), []);
    await rest.deactivate(id);
  },
};

/** Fetches and decrypts what a reference names, with nothing but what the item says. */
async function open({ json }: Item): Promise<Buffer> {
  const [reference] = json.media as Array<{ aeskey: string; media: { full_url: string } }>;
  assert.ok(reference);
  const response = await fetch(reference.media.full_url);
  assert.equal(response.status, 200);
  const decipher = createDecipheriv('aes-128-ecb', Buffer.from(reference.aeskey, 'hex'), null);
  return Buffer.concat([decipher.update(Buffer.from(await response.arrayBuffer())), decipher.final()]);
}
