import { Readable } from 'node:stream';
import type { IExecuteFunctions, NodeExecutionHint } from 'n8n-workflow';

import { referenceFiles } from '../../../../../../nodes/WeChat/media/send/reference';
import { silkTone } from '../../../../../support/voice';

/** Loads the one file of a message that is forwarded. @returns it, and what the node says beside its output */
async function load(bytes: Buffer) {
  const hints: NodeExecutionHint[] = [];
  const media = { kind: 'voice', media: { encrypt_query_param: 'x' } };
  const context = {
    getNodeParameter: (name: string) => (name === 'options' ? {} : media),
    addExecutionHints: (hint: NodeExecutionHint) => hints.push(hint),
  } as unknown as IExecuteFunctions;
  const bot = { download: async () => Readable.from([bytes]) };
  const [file] = referenceFiles(context, 0, bot as never);
  const loaded = await file!.load(1_000_000, new AbortController().signal);
  await loaded.close?.();
  return { loaded, hints };
}

describe('A voice message that is forwarded', () => {
  it('becomes WAV, and a hint says what of it could not be decoded', async () => {
    const { loaded, hints } = await load((await silkTone(440, 1)).subarray(0, -7));
    expect(loaded.fileName).toBe('voice.wav');
    expect(hints).toEqual([
      expect.objectContaining({
        message: expect.stringContaining('7 bytes of its last moment are missing'),
        type: 'warning',
      }),
    ]);
  });

  it('has no hint where all of it was decoded', async () => {
    const { loaded, hints } = await load(await silkTone(440, 1));
    expect([loaded.fileName, hints]).toEqual(['voice.wav', []]);
  });
});
