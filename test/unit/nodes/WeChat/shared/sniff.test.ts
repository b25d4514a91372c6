import fc from 'fast-check';

import { sniff } from '../../../../../nodes/WeChat/shared/sniff';
import { fileLike } from '../../../../support/file-heads';

describe('sniff', () => {
  it.each([
    'image/png',
    'image/jpeg',
    'image/gif',
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
  ])('knows %s by its bytes, whatever it is declared as', async (type) => {
    expect(await sniff(fileLike(type, 4_096), '')).toMatchObject({ mime: type });
    expect(await sniff(fileLike(type, 4_096), 'text/plain')).toMatchObject({ mime: type });
  });

  it('knows audio in the container of videos', async () => {
    expect(await sniff(fileLike('audio/mp4', 4_096), 'video/mp4')).toMatchObject({ ext: 'm4a' });
  });

  it.each(['BMW price list', 'GIF or PNG, that is the question', 'hello', ''])(
    'does not take the text %j for a picture',
    async (text) => {
      expect(await sniff(Buffer.from(text), 'text/plain')).toBeUndefined();
      expect(await sniff(Buffer.from(text), '')).toBeUndefined();
    },
  );

  it('believes two letters when the file is declared as an image', async () => {
    expect(await sniff(fileLike('image/bmp', 100), 'image/x-ms-bmp')).toMatchObject({ mime: 'image/bmp' });
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
          await sniff(bytes, type);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('is not disturbed by a file that ends at once', async () => {
    for (const type of ['image/png', 'video/mp4', 'image/jpeg', 'application/zip']) {
      for (let size = 0; size < 40; size++)
        await expect(sniff(fileLike(type, size), type)).resolves.not.toThrow();
    }
  });
});
