import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';

import {
  SourceProblem,
  type MediaFile,
  type MediaKind,
  type MediaReference,
} from '../../../../../../ilink/media';
import type { FileToSend, LoadedFile } from '../../../../../../nodes/WeChat/media/send/file';
import { uploadAll, type SendSettings } from '../../../../../../nodes/WeChat/media/send/upload';
import { fileLike } from '../../../../../support/file-heads';
import { settle } from '../../../../../support/fake-clock';

const SETTINGS: SendSettings = { sendAs: 'auto', fileName: '', maxMegabytes: 100 };

const uploadOf = ({ kind, name }: MediaFile): MediaReference<MediaKind> => ({
  kind,
  file_name: name,
  media: {},
});

/** A bot whose uploads end when the test says so. */
class SlowBot {
  readonly files: MediaFile[] = [];
  readonly held: Array<() => void> = [];
  running = 0;

  async upload(file: MediaFile): Promise<MediaReference<MediaKind>> {
    this.files.push(file);
    this.running++;
    await new Promise<void>((resolve) => this.held.push(resolve));
    this.running--;
    return uploadOf(file);
  }
}

/** A bot that takes what it gets. */
const quickBot = { upload: async (file: MediaFile) => uploadOf(file) };

let closed: string[];
beforeEach(() => (closed = []));

function file(label: string, bytes: Buffer, more: Partial<LoadedFile> = {}): FileToSend {
  const measured = { bytes: bytes.length, md5: createHash('md5').update(bytes).digest('hex'), head: bytes };
  const close = async (): Promise<void> => void closed.push(label);
  return {
    label,
    load: async () => ({
      source: { open: async () => Readable.from([bytes]) },
      measured,
      declaredType: '',
      close,
      ...more,
    }),
  };
}
const failing = (label: string, error: unknown): FileToSend => ({
  label,
  load: () => Promise.reject(error),
});
const one = async (bytes: Buffer, more: Partial<LoadedFile> = {}, settings: Partial<SendSettings> = {}) =>
  (await uploadAll([file('x', bytes, more)], { ...SETTINGS, ...settings }, { bot: quickBot, to: 'u' }))[0];

describe('uploadAll', () => {
  it('uploads three files at once, and gives the results in the order of the files', async () => {
    const bot = new SlowBot();
    const files = [0, 1, 2, 3, 4].map((i) => file(`${i}`, Buffer.from('x'), { fileName: `${i}.txt` }));
    const all = uploadAll(files, SETTINGS, { bot, to: 'u' });
    for (let turn = 0; turn < 50 && bot.running < 3; turn++)
      await new Promise((resolve) => setImmediate(resolve));
    await settle();
    expect(bot.running).toBe(3);
    for (let i = 4; i >= 0; i--) {
      while (bot.held.length === 0) await new Promise((resolve) => setImmediate(resolve));
      bot.held.pop()!();
      await settle();
      expect(bot.running).toBeLessThanOrEqual(3);
    }
    expect((await all).map(({ file_name }) => file_name)).toEqual([
      '0.txt',
      '1.txt',
      '2.txt',
      '3.txt',
      '4.txt',
    ]);
    expect(closed.sort()).toEqual(['0', '1', '2', '3', '4']);
  });

  it('gives back what a file took, also when its upload fails', async () => {
    const bot = { upload: () => Promise.reject(new Error('refused')) };
    await expect(uploadAll([file('x', Buffer.from('y'))], SETTINGS, { bot, to: 'u' })).rejects.toThrow(
      'refused',
    );
    expect(closed).toEqual(['x']);
  });

  it('says which of several files it was', async () => {
    const files = [
      file('The file in "a"', Buffer.from('x')),
      failing('The file in "b"', new SourceProblem('too_large')),
    ];
    await expect(uploadAll(files, SETTINGS, { bot: quickBot, to: 'u' })).rejects.toThrow(
      'The file in "b" is larger than 100 MB',
    );
  });

  it('sends no empty file', async () => {
    await expect(one(Buffer.alloc(0))).rejects.toThrow('x is empty');
    expect(closed).toEqual(['x']);
  });
});

describe('How a file is sent', () => {
  it.each([
    ['its own', { fileName: '报告.pdf' }, '', '报告.pdf'],
    ['that of the option', { fileName: '报告.pdf' }, 'mine.pdf', 'mine.pdf'],
    ['without its folders', { fileName: '../../报告.pdf' }, '', '报告.pdf'],
    ['made of its type', {}, '', 'file.pdf'],
    ['made of its type when nothing is left of it', { fileName: '..' }, '/', 'file.pdf'],
  ])('its name is %s', async (_what, more, fileName, name) => {
    expect(await one(fileLike('application/pdf', 100), more, { fileName })).toMatchObject({
      file_name: name,
    });
  });

  it('is made of the declared type when the bytes say nothing', async () => {
    expect(await one(Buffer.from('a;b'), { declaredType: 'text/csv; charset=utf-8' })).toMatchObject({
      file_name: 'file.csv',
    });
  });

  it('is decided by its bytes, unless the user decided', async () => {
    const png = fileLike('image/png', 100);
    expect(await one(png, { declaredType: 'video/mp4' })).toMatchObject({ kind: 'image' });
    expect(await one(png, {}, { sendAs: 'file' })).toMatchObject({ kind: 'file' });
  });
});
