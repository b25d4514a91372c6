import { factsOf, typeOfName } from '../../../../../nodes/WeChat/shared/fileFacts';

const facts = (kind: 'image' | 'voice' | 'file' | 'video', file_name?: string, mime?: string, ext = 'x') =>
  Object.values(
    factsOf(
      { kind, media: {}, ...(file_name !== undefined && { file_name }) },
      mime ? { mime, ext } : undefined,
    ),
  );

describe('factsOf', () => {
  it.each([
    ['an image by its bytes', facts('image', undefined, 'image/png', 'png'), ['image.png', 'image/png']],
    ['an image that nobody knows', facts('image'), ['image', 'application/octet-stream']],
    [
      'a video by its bytes',
      facts('video', undefined, 'video/quicktime', 'mov'),
      ['video.mov', 'video/quicktime'],
    ],
    ['a video that nobody knows', facts('video'), ['video.mp4', 'video/mp4']],
    ['a voice message', facts('voice', undefined, 'audio/amr', 'amr'), ['voice.amr', 'audio/amr']],
    [
      'a file by its bytes, whatever its name says',
      facts('file', 'a.txt', 'image/png'),
      ['a.txt', 'image/png'],
    ],
    ['a file by its name when its bytes say nothing', facts('file', 'a.csv'), ['a.csv', 'text/csv']],
    [
      'a file by its name when its bytes say only what it is packed in',
      facts('file', '报告.docx', 'application/zip'),
      ['报告.docx', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
    ],
    ['an archive', facts('file', 'a', 'application/zip', 'zip'), ['a', 'application/zip']],
    ['a picture in XML', facts('file', 'a.svg', 'application/xml'), ['a.svg', 'image/svg+xml']],
    [
      'a file without a name',
      facts('file', undefined, 'application/pdf', 'pdf'),
      ['file.pdf', 'application/pdf'],
    ],
    ['a file about which nothing is known', facts('file'), ['file', 'application/octet-stream']],
    ['a name that is a path', facts('file', '../../a.pdf', 'application/pdf'), ['a.pdf', 'application/pdf']],
  ])('names and types %s', (_what, is, expected) => expect([...is].sort()).toEqual([...expected].sort()));

  it('knows no type of a name without an ending', () => expect(typeOfName('report')).toBe(''));
});
