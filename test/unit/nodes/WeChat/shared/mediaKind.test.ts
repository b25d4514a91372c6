import { mediaKindOf } from '../../../../../nodes/WeChat/shared/mediaKind';

describe('How a file is sent by its MIME type', () => {
  test.each([
    ['image/png', 'image'],
    ['image/jpeg', 'image'],
    ['IMAGE/GIF', 'image'],
    [' image/webp ; q=1', 'image'],
    ['image/heic', 'file'],
    ['image/svg+xml', 'file'],
    ['image/tiff', 'file'],
    ['video/mp4', 'video'],
    ['video/quicktime', 'video'],
    ['video/x-matroska', 'file'],
    ['audio/ogg', 'file'],
    ['text/plain; charset=utf-8', 'file'],
    ['', 'file'],
    ['image', 'file'],
  ])('%j is sent as %s', (mimeType, kind) => {
    expect(mediaKindOf(mimeType)).toBe(kind);
  });
});
