import { factsOf } from '../../../../../nodes/WeChat/media/fileFacts';
import { fileLike } from '../../../../support/file-heads';

const SOMETHING = Buffer.from('0001020304050607', 'hex');
const text = (content: string): Buffer => Buffer.from(content);
const utf16 = (content: string): Buffer => Buffer.from(`\ufeff${content}`, 'utf16le');

describe('factsOf', () => {
  it.each([
    ['an image by its bytes', 'image', undefined, fileLike('image/png', 100), 'image.png', 'image/png'],
    ['an image that nobody knows', 'image', undefined, SOMETHING, 'image', 'application/octet-stream'],
    [
      'a film by its bytes',
      'video',
      undefined,
      fileLike('video/quicktime', 99),
      'video.mov',
      'video/quicktime',
    ],
    ['a film that nobody knows', 'video', undefined, SOMETHING, 'video.mp4', 'video/mp4'],
    ['a voice message', 'voice', undefined, text('#!AMR\n\u0004\u0001'), 'voice.amr', 'audio/amr'],
    ['a file by its bytes', 'file', 'a.txt', fileLike('image/png', 99), 'a.txt.png', 'image/png'],
    ['a table of text by its name', 'file', 'a.csv', text('a,b\n1,2\n'), 'a.csv', 'text/csv'],
    [
      'an Office file by its name',
      'file',
      '报告.docx',
      fileLike('application/zip', 99),
      '报告.docx',
      'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    ],
    ['an archive', 'file', 'a', fileLike('application/zip', 99), 'a.zip', 'application/zip'],
    ['a picture in XML', 'file', 'a.svg', text('<?xml version="1.0"?><svg/>'), 'a.svg', 'image/svg+xml'],
    ['a file without a name', 'file', undefined, text('%PDF-1.4\n'), 'file.pdf', 'application/pdf'],
    ['a file about which nothing is known', 'file', undefined, SOMETHING, 'file', 'application/octet-stream'],
    ['a name that is a path', 'file', '../../a.pdf', text('%PDF-1.4\n'), 'a.pdf', 'application/pdf'],
    ['a name that Windows does not take', 'file', 'CON', text('%PDF-1.4\n'), '_CON.pdf', 'application/pdf'],
    ['a text in UTF-16', 'file', '月报.txt', utf16('月报\r\n'), '月报.txt', 'text/plain'],
    ['a table in UTF-16', 'file', '月报.csv', utf16('a,b\r\n'), '月报.csv', 'text/csv'],
    ['an empty file', 'file', 'a.csv', text(''), 'a.csv', 'text/csv'],
    [
      'sound in the container of films',
      'file',
      '录音.m4a',
      fileLike('video/mp4', 99),
      '录音.m4a',
      'audio/mp4',
    ],
    ['sound by its own mark', 'file', '录音.m4a', fileLike('audio/mp4', 99), '录音.m4a', 'audio/mp4'],
    [
      'a script of TypeScript',
      'file',
      'main.ts',
      text('export const a = 1;\n'),
      'main.ts',
      'text/typescript',
    ],
    ['a film for television', 'file', 'film.ts', transportStream(), 'film.ts', 'video/mp2t'],
  ] as const)('names and types %s', async (_what, kind, file_name, head, fileName, mimeType) => {
    const reference = { kind, media: {}, ...(file_name !== undefined && { file_name }) };
    expect(await factsOf(reference, head)).toEqual({ fileName, mimeType });
  });
});

function transportStream(): Buffer {
  const packets = Buffer.alloc(188 * 10);
  for (let at = 0; at < packets.length; at += 188) packets[at] = 0x47;
  return packets;
}
