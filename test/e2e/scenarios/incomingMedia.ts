import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { forgetPeak, memoryOf } from '../../../bench/peak-memory';
import type { PersonMedia } from '../../../emulator';
import type { Execution, Item } from '../../../tools/n8n/types';
import { fileLike } from '../../support/file-heads';
import { readWav, silkTone, strongestOf } from '../../support/voice';
import { chain, triggerNode, wechatNode, type Account, type Scenario, type World } from '../world';

const MEGABYTE = 2 ** 20;
const FILE_NAME = '2026 年度报告（最终版）.zip';
const IMAGE = fileLike('image/png', 40_007);
const VIDEO = fileLike('video/mp4', 100 * MEGABYTE);
const REPORT = fileLike('application/zip', 1_000_001);
/** In an n8n that does many other things at the same time; the whole file would take more than this. */
const MEMORY_LIMIT_MB = 90;

const md5 = (bytes: Buffer): string => createHash('md5').update(bytes).digest('hex');

export const incomingMedia: Scenario = {
  name: 'an image, a video of 100 MB, a file with a Chinese name and a voice message come in as they were sent',
  async run(world) {
    const account = await world.account();
    const download = wechatNode('Download', account.credential, { resource: 'media', operation: 'download' });
    const incoming = new Incoming(
      world,
      account,
      await started(world, 'Download', [triggerNode(account.credential), download]),
    );

    await incoming.arrives({ kind: 'image', bytes: IMAGE }, 'Download', 'image.png', 'image/png');
    await incoming.arrives(
      { kind: 'file', name: FILE_NAME, bytes: REPORT },
      'Download',
      FILE_NAME,
      'application/zip',
    );
    await videoIsNotFelt(world, incoming);
    await voiceIsHeard(incoming, 'Download');
    await forwardedFileIsExplained(incoming);
    await quoteIsUnderstood(incoming, account);
    assert.deepEqual(world.complaints(account), []);
    await world.stage.rest.deactivate(incoming.workflow);
    await triggerBringsFiles(world);
  },
};

/** A workflow that starts for every message of one person. */
class Incoming {
  private readonly known: string[] = [];

  constructor(
    readonly world: World,
    private readonly account: Account,
    readonly workflow: string,
  ) {}

  /** The execution of the next message. */
  async next(message: {
    text?: string;
    media?: PersonMedia;
    quote?: { svr_id: string };
  }): Promise<{ execution: Execution; id: string }> {
    const { emulator, rest } = this.world.stage;
    const { message_id } = await emulator.write({ ...this.account.who, ...message });
    const execution = await rest.waitForExecution(this.workflow, { known: this.known });
    this.known.push(execution.id);
    return { execution, id: message_id };
  }

  async arrives(media: PersonMedia, node: string, fileName: string, mimeType: string): Promise<void> {
    const { execution } = await this.next({ media });
    const { data } = itemOf(execution, node).binary!;
    assert.equal(data?.fileName, fileName);
    assert.equal(data.mimeType, mimeType);
    assert.equal(md5(await this.world.stage.rest.binary(data)), md5(media.bytes));
  }
}

async function started(world: World, name: string, nodes: Parameters<typeof chain>[1]): Promise<string> {
  const { rest } = world.stage;
  const { id } = await rest.createWorkflow(chain(name, nodes));
  await rest.activate(id);
  return id;
}

async function videoIsNotFelt({ stage: { n8n } }: World, incoming: Incoming): Promise<void> {
  const pid = n8n.pid()!;
  const before = memoryOf(pid).resident;
  forgetPeak(pid);
  const { execution } = await incoming.next({ media: { kind: 'video', bytes: VIDEO } });
  const above = memoryOf(pid).peak - before;
  const { data } = itemOf(execution, 'Download').binary!;
  assert.equal(data?.mimeType, 'video/mp4');
  assert.equal(md5(await incoming.world.stage.rest.binary(data)), md5(VIDEO));
  assert.ok(above < MEMORY_LIMIT_MB, `n8n took ${Math.round(above)} MB more for the video of 100 MB`);
  console.log(`    n8n took at most ${Math.round(above)} MB more while it got 100 MB`);
}

async function voiceIsHeard(incoming: Incoming, node: string): Promise<void> {
  const bytes = await silkTone(440, 2);
  const media = { kind: 'voice', bytes, playtime_ms: 2_000, transcript: '你好，明天见' } as const;
  const { execution } = await incoming.next({ media });
  const { json, binary } = itemOf(execution, node);
  assert.equal(json.text, '你好，明天见');
  assert.equal(binary?.data?.fileName, 'voice.wav');
  const wav = readWav(await incoming.world.stage.rest.binary(binary.data));
  assert.deepEqual([wav.channels, wav.rate, wav.bits], [1, 24_000, 16]);
  assert.equal(strongestOf([220, 440, 880], wav), 440);
}

async function forwardedFileIsExplained(incoming: Incoming): Promise<void> {
  const media = { kind: 'file', name: 'forwarded.zip', bytes: REPORT, wrong_key: true } as const;
  const { execution } = await incoming.next({ text: 'look', media });
  assert.equal(execution.status, 'error');
  const { error, runData } = execution.data.resultData;
  assert.match(error?.message ?? '', /could not be decrypted|damaged/);
  assert.match(error?.description ?? '', /Ask the sender to send the file once more/);
  const message = runData['WeChat Trigger']?.[0]?.data?.main[0]?.[0];
  assert.equal(message?.json.text, 'look', 'the message itself is there');
}

async function quoteIsUnderstood(incoming: Incoming, { who }: Account): Promise<void> {
  const { id } = await incoming.next({ text: 'the plan is good' });
  const { execution } = await incoming.next({ text: 'this', quote: { svr_id: id } });
  const quote = itemOf(execution, 'WeChat Trigger').json.quote as Record<string, unknown>;
  assert.equal(quote.text, 'the plan is good');
  assert.equal(quote.from_user_id, who.user_id);
}

/** The trigger's own option. */
async function triggerBringsFiles(world: World): Promise<void> {
  const account = await world.account();
  const trigger = { ...triggerNode(account.credential), parameters: { downloadMedia: true } };
  const incoming = new Incoming(world, account, await started(world, 'Trigger downloads', [trigger]));
  await incoming.arrives({ kind: 'image', bytes: IMAGE }, 'WeChat Trigger', 'image.png', 'image/png');
  await voiceIsHeard(incoming, 'WeChat Trigger');
  await world.stage.rest.deactivate(incoming.workflow);
}

function itemOf({ status, data: { resultData } }: Execution, node: string): Item {
  assert.equal(status, 'success', resultData.error?.message);
  const item = resultData.runData[node]?.[0]?.data?.main[0]?.[0];
  assert.ok(item, `${node} gave no item`);
  return item;
}
