import type { JsonObject } from '../../../../ilink/json';
import { referenceIn } from '../../../../ilink/media/reference';

const media = { encrypt_query_param: 'p', aes_key: 'k', encrypt_type: 1 };

describe('referenceIn', () => {
  it.each<[JsonObject, object]>([
    [
      { image_item: { media, aeskey: '00', mid_size: 32, hd_size: 64 } },
      { kind: 'image', size: 32, aeskey: '00', media },
    ],
    [{ image_item: { media, hd_size: 64 } }, { kind: 'image', size: 64, media }],
    [
      { voice_item: { media, playtime: 1_500, encode_type: 6 } },
      { kind: 'voice', playtime_ms: 1_500, encode_type: 6, media },
    ],
    [
      { file_item: { media, file_name: 'a.pdf', len: '1234', md5: 'abc' } },
      { kind: 'file', file_name: 'a.pdf', size: 1_234, md5: 'abc', media },
    ],
    [{ file_item: { media, len: 5 } }, { kind: 'file', size: 5, media }],
    [
      { video_item: { media, video_size: 48, play_length: 3 } },
      { kind: 'video', size: 48, playtime_ms: 3_000, media },
    ],
  ])('reads %j', (item, reference) => expect(referenceIn(item)).toEqual(reference));

  it.each<[JsonObject, object]>([
    [{ image_item: { media, mid_size: '32', aeskey: 5 } }, { kind: 'image', media }],
    [{ voice_item: { media, playtime: 0, encode_type: null } }, { kind: 'voice', media }],
    [{ file_item: { media, file_name: '', len: 'abc', md5: {} } }, { kind: 'file', media }],
    [{ video_item: { media, play_length: 'long' } }, { kind: 'video', media }],
    [{ video_item: { media, play_length: -1e306 } }, { kind: 'video', media }],
  ])('leaves out what %j does not say', (item, reference) => expect(referenceIn(item)).toEqual(reference));

  it.each<[JsonObject]>([
    [{}],
    [{ type: 1, text_item: { text: 'a' } }],
    [{ image_item: {} }],
    [{ file_item: { media: 'x' } }],
    [{ voice_item: null, video_item: [] }],
  ])('is nothing for %j', (item) => expect(referenceIn(item)).toBeUndefined());
});
