import fc from 'fast-check';

import { sniff } from '../../../../../nodes/WeChat/media/sniff';
import { fileLike } from '../../../../support/file-heads';

describe('sniff', () => {
  it.each([
    'image/png',
    'image/jpeg',
    'image/gif',
    'image/bmp',
    'image/webp',
    'image/heic',
    'image/avif',
    'image/tiff',
    'video/mp4',
    'video/quicktime',
    'video/webm',
    'audio/mpeg',
    'application/pdf',
    'application/zip',
  ])('knows %s by its bytes', async (type) => {
    expect(await sniff(fileLike(type, 4_096))).toMatchObject({ mime: type });
  });

  it('knows audio in the container of videos', async () => {
    expect(await sniff(fileLike('audio/mp4', 4_096))).toMatchObject({ ext: 'm4a' });
  });

  it.each([
    'BMW price list',
    'BM',
    'GIF or PNG, that is the question',
    'hello',
    '',
    'Get free coupons until Friday!\n',
    'The moov of 2026',
    'PK is short for 人民公安',
    'ID3 is a tag',
    'OggS',
    'FLV to MP4',
    '8BPS',
    'MThd',
    'Rar!',
  ])('does not take the text %j for something else', async (text) => {
    expect(await sniff(Buffer.from(text))).toBeUndefined();
    expect(await sniff(Buffer.from(`\ufeff${text}`, 'utf16le'))).toBeUndefined();
  });

  it.each([
    ['%PDF-1.4\n', 'pdf'],
    ['{\\rtf1\\ansi', 'rtf'],
    ['<?xml version="1.0"?><a/>', 'xml'],
    ['BEGIN:VCARD\n', 'vcf'],
    ['BEGIN:VCALENDAR\n', 'ics'],
    ['%!PS-Adobe-3.0\n', 'ps'],
  ])('knows %j, a format that is a text itself', async (text, ext) => {
    expect(await sniff(Buffer.from(text))).toMatchObject({ ext });
  });

  it.each([
    ['WordDocument', 'application/msword'],
    ['Workbook', 'application/vnd.ms-excel'],
    ['PowerPoint Document', 'application/vnd.ms-powerpoint'],
    ['something else', 'application/x-cfb'],
  ])('tells old Office files by their main part: %s', async (part, mime) => {
    const head = Buffer.concat([
      Buffer.from('d0cf11e0a1b11ae1', 'hex'),
      Buffer.alloc(1_016),
      Buffer.from(part, 'utf16le'),
    ]);
    expect(await sniff(head)).toMatchObject({ mime });
  });

  it('is not disturbed by damaged files', async () => {
    const types = [
      'image/png',
      'image/jpeg',
      'image/tiff',
      'video/mp4',
      'video/webm',
      'audio/mpeg',
      'application/zip',
    ];
    const damage = fc.array(fc.tuple(fc.nat(63), fc.nat(255)), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...types),
        fc.integer({ min: 64, max: 3_000 }),
        damage,
        async (type, size, at) => {
          const bytes = Buffer.from(fileLike(type, size));
          for (const [position, value] of at) bytes[position] = value;
          await sniff(bytes);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('is not disturbed by a file that ends at once', async () => {
    for (const type of ['image/png', 'video/mp4', 'image/jpeg', 'application/zip']) {
      for (let size = 0; size < 40; size++) await expect(sniff(fileLike(type, size))).resolves.not.toThrow();
    }
  });
});
