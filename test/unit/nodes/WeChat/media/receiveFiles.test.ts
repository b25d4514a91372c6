import type { IBinaryData, INode } from 'n8n-workflow';

import { ILinkMediaError } from '../../../../../ilink/media/errors';
import type { MediaReference } from '../../../../../ilink/media/reference';
import type { ReceivedFile } from '../../../../../nodes/WeChat/media/receiveFile';
import { receiveFiles, remarksOf } from '../../../../../nodes/WeChat/media/receiveFiles';

const node = { name: 'WeChat', type: 't' } as INode;
const references = (count: number): MediaReference[] =>
  Array.from({ length: count }, (_, i) => ({ kind: 'file', media: {}, file_name: `${i}` }));
const binary = (name = ''): IBinaryData => ({ data: 'x', mimeType: 'm', fileName: name });

describe('receiveFiles', () => {
  it('names fields by the place of the file, also behind one that failed', async () => {
    const receive = async ({ file_name }: MediaReference): Promise<ReceivedFile> => {
      if (file_name === '1') throw new ILinkMediaError('damaged', { code: 'other_md5' });
      return { binary: binary(file_name) };
    };
    const files = await receiveFiles(references(3), node, 'doc', receive);
    expect(files.binary).toEqual({ doc: binary('0'), doc_2: binary('2') });
    expect(files.failures.map(({ entry }) => entry)).toEqual([
      {
        index: 1,
        field: 'doc_1',
        kind: 'file',
        file_name: '1',
        error: 'The file arrived damaged or incomplete',
        description: expect.stringContaining('(its MD5'),
      },
    ]);
  });

  it('fetches four at once, and no more', async () => {
    let [underWay, most] = [0, 0];
    const receive = async (): Promise<ReceivedFile> => {
      most = Math.max(most, ++underWay);
      await new Promise(setImmediate);
      underWay--;
      return { binary: binary() };
    };
    await receiveFiles(references(10), node, 'data', receive);
    expect(most).toBe(4);
  });

  it('tells what is to be known of a file that is there, and says nothing where there is nothing to say', async () => {
    const note = { note: 'The end is cut off', description: 'It was decoded as far as it goes.' };
    const receive = async ({ file_name }: MediaReference): Promise<ReceivedFile> =>
      file_name === '1' ? { binary: binary(), note } : { binary: binary() };
    const files = await receiveFiles(references(2), node, 'data', receive);
    expect(remarksOf(files)).toEqual({
      mediaNote: [{ index: 1, field: 'data_1', kind: 'file', file_name: '1', ...note }],
    });
    expect(remarksOf(await receiveFiles(references(1), node, 'data', receive))).toEqual({});
  });

  it('says nothing of what it does not know', async () => {
    const receive = () => Promise.reject(new Error('a secret of somebody'));
    const { failures } = await receiveFiles(references(1), node, 'data', receive);
    expect(JSON.stringify(failures.map(({ entry }) => entry))).not.toContain('secret');
  });
});
