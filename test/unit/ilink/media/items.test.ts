import type { JsonObject } from '../../../../ilink/json';
import { mediaItem } from '../../../../ilink/media';
import { referenceIn, type MediaKind, type MediaReference } from '../../../../ilink/media/reference';

const media = { encrypt_query_param: 'q', aes_key: 'k', encrypt_type: 1 };
const reference = <Kind extends MediaKind>(kind: Kind): MediaReference<Kind> => ({
  kind,
  file_name: '报告.pdf',
  size: 32,
  md5: 'm',
  media,
});

describe('mediaItem', () => {
  it('names the size of an image, of a video, and of a file as text', () => {
    expect(mediaItem(reference('image'))).toEqual({ type: 2, image_item: { media, mid_size: 32 } });
    expect(mediaItem(reference('video'))).toEqual({ type: 5, video_item: { media, video_size: 32 } });
    expect(mediaItem(reference('file'))).toEqual({
      type: 4,
      file_item: { media, file_name: '报告.pdf', len: '32' },
    });
  });

  it.each(['image', 'video', 'file'] as const)('shows a %s that is read again as the same one', (kind) => {
    const item = mediaItem(reference(kind)) as unknown as JsonObject;
    expect(reference(kind)).toMatchObject(referenceIn(item)!);
  });
});
