import { mediaKindOf } from '../../../../../nodes/WeChat/media/mediaKind';

describe('mediaKindOf', () => {
  it.each(['image/png', 'image/apng', 'image/jpeg', 'image/gif', 'image/bmp', 'image/webp'])(
    'shows %s as an image',
    (type) => expect(mediaKindOf(type)).toBe('image'),
  );

  it.each(['video/mp4', 'video/quicktime', 'video/x-m4v'])('plays %s as a video', (type) =>
    expect(mediaKindOf(type)).toBe('video'),
  );

  // Phones show none of these; and a bot's voice message is accepted and never shown.
  it.each([
    'image/heic',
    'image/avif',
    'image/tiff',
    'image/svg+xml',
    'video/webm',
    'video/matroska',
    'audio/mpeg',
    'audio/x-m4a',
    'application/pdf',
    undefined,
  ])('sends %s as a file', (type) => expect(mediaKindOf(type)).toBe('file'));
});
