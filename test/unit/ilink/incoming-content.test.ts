import { readMessage } from '../../../ilink/incoming';
import { contentOf } from '../../../ilink/incoming-content';

const content = (item_list: unknown): unknown => contentOf(readMessage({ item_list }));
const file = (param: string, more: object = {}): object => ({
  type: 4,
  file_item: { file_name: 'a.pdf', len: '5', md5: 'm', media: { encrypt_query_param: param }, ...more },
});

describe('contentOf', () => {
  it('is the same for a file whose address was made anew, and for an item with another id', () => {
    expect(content([file('1')])).toEqual(content([file('2')]));
    expect(content([{ type: 1, msg_id: '1' }])).toEqual(content([{ type: 1, msg_id: '2' }]));
  });

  it.each<[unknown, unknown]>([
    [[{ type: 1, text_item: { text: 'a' } }], [{ type: 1, text_item: { text: 'b' } }]],
    [[file('1')], [file('1', { len: '6' })]],
    [[{ type: 3, voice_item: { playtime: 1 } }], [{ type: 3, voice_item: { playtime: 2 } }]],
    [[{ type: 5, video_item: { video_size: 1 } }], [{ type: 5, video_item: { video_size: 2 } }]],
    [[{ type: 2, image_item: { mid_size: 1 } }], [{ type: 2, image_item: { mid_size: 2 } }]],
    [[], [null]],
    [undefined, []],
    ['a', 'b'],
  ])('tells %j from %j', (one, other) => expect(content(one)).not.toEqual(content(other)));
});
