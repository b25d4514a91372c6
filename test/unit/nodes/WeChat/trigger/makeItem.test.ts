import { Readable } from 'node:stream';
import type { IBinaryData, INode, ITriggerFunctions } from 'n8n-workflow';

import type { Quoted } from '../../../../../bot/recall/quotes';
import { readMessage } from '../../../../../ilink/incoming';
import { ILinkMediaError } from '../../../../../ilink/media/errors';
import type { ReceiveOptions } from '../../../../../nodes/WeChat/media/receiveFile';
import { itemMaker } from '../../../../../nodes/WeChat/trigger/makeItem';
import { FakeClock } from '../../../../support/fake-clock';

const MEDIA: ReceiveOptions = { maxBytes: 1e6, timeoutMs: 60_000, voiceFormat: 'wav', hosts: [] };
const place = (param: string) => ({ encrypt_query_param: param, aes_key: 'k' });
const message = (...params: string[]) =>
  readMessage({
    from_user_id: 'u@im.wechat',
    item_list: [
      { type: 1, text_item: { text: 'here' } },
      ...params.map((param) => ({ type: 4, file_item: { media: place(param), file_name: `${param}.bin` } })),
    ],
  });

describe('The item of a message', () => {
  const clock = new FakeClock();
  type Keep = (content: Readable, name: string) => Promise<IBinaryData>;
  const keep: Keep = async (content, name) => {
    for await (const _piece of content);
    return { data: 'x', mimeType: 'm', fileName: name };
  };
  const make = ({
    media,
    signal,
    keeping = keep,
    quoted,
  }: { media?: ReceiveOptions; signal?: AbortSignal; keeping?: Keep; quoted?: Quoted } = {}) => {
    const context = {
      getNode: () => ({ name: 'WeChat Trigger', type: 't' }) as INode,
      helpers: { prepareBinaryData: keeping },
    } as unknown as ITriggerFunctions;
    const download = async ({
      media: where,
    }: {
      media: { encrypt_query_param?: string };
    }): Promise<Readable> => {
      if (where.encrypt_query_param === 'bad') throw new ILinkMediaError('damaged', { code: 'other_md5' });
      return Readable.from([Buffer.from('content')], { objectMode: false });
    };
    const bot = { download: download as never, quoted: async () => quoted };
    return itemMaker(
      context,
      { includeRaw: false, language: 'en', ...(media && { media }) },
      { bot, clock, ...(signal && { signal }) },
    );
  };

  it('has references and no files unless they were asked for', async () => {
    const item = await make()(message('a'));
    expect(item.json).toMatchObject({ text: 'here', media: [{ file_name: 'a.bin' }] });
    expect(item).not.toHaveProperty('binary');
  });

  it('has its files, and says of those that it lacks which and why', async () => {
    const item = await make({ media: MEDIA })(message('a', 'bad', 'b'));
    expect(Object.keys(item.binary!)).toEqual(['data', 'data_2']);
    expect(item.json.mediaError).toEqual([
      {
        index: 1,
        field: 'data_1',
        kind: 'file',
        file_name: 'bad.bin',
        error: 'The file arrived damaged or incomplete',
        description: expect.stringContaining('its MD5'),
      },
    ]);
    expect(clock.pending).toBe(0);
  });

  it('does not wait for a storage of n8n that hangs', async () => {
    const keeping: Keep = (content, name) =>
      name === 'b.bin' ? keep(content, name) : new Promise(() => undefined);
    const making = make({ media: MEDIA, keeping })(message('a', 'b'));
    let item: Awaited<typeof making> | undefined;
    void making.then((made) => (item = made));
    await new Promise(setImmediate);
    await clock.advance(59_999);
    expect(item).toBeUndefined();
    await clock.advance(1);
    expect(item!.json).toMatchObject({
      text: 'here',
      mediaError: [{ error: 'The file did not arrive in time' }],
    });
    expect(Object.keys(item!.binary!)).toEqual(['data_1']);
    expect(clock.pending).toBe(0);
  });

  it('is made all the same when n8n cannot keep files, or the trigger is being closed', async () => {
    const full = Object.assign(new Error('full'), { code: 'ENOSPC' });
    const item = await make({ media: MEDIA, keeping: () => Promise.reject(full) })(message('a'));
    expect(item.json).toMatchObject({ text: 'here', mediaError: [{ error: 'n8n could not keep the file' }] });
    const closing = await make({ media: MEDIA, signal: AbortSignal.abort() })(message('a'));
    expect(closing.json.text).toBe('here');
  });

  it('knows what it quotes', async () => {
    const quoted: Quoted = { direction: 'out', at: 5, items: [{ type: 'text', text: 'earlier' }] };
    const quoting = { item_list: [{ type: 1, text_item: { text: 'this' }, ref_msg: { svr_id: '7' } }] };
    const { json } = await make({ quoted })(readMessage(quoting));
    expect(json.quote).toMatchObject({ found: true, text: 'earlier', from: 'bot' });
  });

  it.each([null, 5, 'text', {}, { item_list: [{ file_item: { media: {} } }] }])(
    'is made of %j, too',
    async (odd) => {
      const { json } = await make({ media: MEDIA })(readMessage(odd));
      expect(typeof json.type).toBe('string');
    },
  );
});
