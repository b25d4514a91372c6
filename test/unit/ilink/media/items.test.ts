import { mediaItem } from '../../../../ilink/media';

const uploaded = {
  name: '报告.pdf',
  encrypt_query_param: 'q',
  aesKeyHex: 'ab'.repeat(16),
  plainBytes: 20,
  md5: 'm',
  cipherBytes: 32,
};
// Base64 of the 32 hex characters: base64 of the raw key would give a grey image.
const media = {
  encrypt_query_param: 'q',
  aes_key: Buffer.from('ab'.repeat(16)).toString('base64'),
  encrypt_type: 1,
};

describe('mediaItem', () => {
  it('names the encrypted size of an image and a video, and the plain size of a file as text', () => {
    expect(mediaItem({ kind: 'image', ...uploaded })).toEqual({
      type: 2,
      image_item: { media, mid_size: 32 },
    });
    expect(mediaItem({ kind: 'video', ...uploaded })).toEqual({
      type: 5,
      video_item: { media, video_size: 32 },
    });
    expect(mediaItem({ kind: 'file', ...uploaded })).toEqual({
      type: 4,
      file_item: { media, file_name: '报告.pdf', len: '20' },
    });
  });
});
