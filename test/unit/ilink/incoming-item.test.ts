import { readMessage } from '../../../ilink/incoming';
import { contentTypeOf, idIn, readItem, textOf } from '../../../ilink/incoming-item';
import type { JsonObject } from '../../../ilink/json';

const text = (value: string) => ({ type: 1, text_item: { text: value } });
const media = { encrypt_query_param: 'p', aes_key: 'k', encrypt_type: 1 };
const image = { type: 2, image_item: { media, aeskey: '00'.repeat(16), mid_size: 32 } };

describe('The type of a message', () => {
  test.each<[string, JsonObject[]]>([
    ['text', [text('a')]],
    ['image', [image]],
    ['voice', [{ type: 3, voice_item: {} }]],
    ['file', [{ type: 4 }]],
    ['video', [{ type: 5 }]],
    ['unknown', [{ type: 11 }]],
    ['unknown', []],
    ['text', [{ type: 12 }, text('a')]],
    ['image', [text('a'), image]],
    ['image', [image, { type: 4 }]],
    ['unknown', [{ type: '1' }]],
  ])('is %s for %j', (type, items) => {
    expect(contentTypeOf(items.map(readItem))).toBe(type);
  });

  test.each([[null], [undefined], [1], ['x'], [[]], [{}], [{ item_list: 'x' }]])(
    'is unknown for %j',
    (garbage) => {
      expect(contentTypeOf(readMessage(garbage).items)).toBe('unknown');
    },
  );
});

describe('readItem', () => {
  it('has the text, or the transcript of what was said', () => {
    expect(readItem(text('a')).text).toBe('a');
    expect(readItem({ type: 3, voice_item: { text: 'spoken' } }).text).toBe('spoken');
    expect(readItem({ type: 1, text_item: { text: 5 } })).not.toHaveProperty('text');
    expect(readItem({ type: 1, text_item: null })).toEqual({ type: 'text' });
  });

  it('has the reference to its file', () => {
    expect(readItem(image).media).toEqual({ kind: 'image', size: 32, aeskey: '00'.repeat(16), media });
  });

  it('has what it quotes: what the phone sent along, and the id', () => {
    const partial_text = { start: 'a' };
    const ref_msg = {
      title: 'Ann',
      svr_id: ' 7 ',
      message_item: { ...text('b'), msg_id: '8' },
      partial_text,
    };
    expect(readItem({ ref_msg }).quote).toEqual({
      id: '7',
      writtenId: ' 7 ',
      title: 'Ann',
      item: { type: 'text', id: '8', text: 'b' },
      partialText: partial_text,
    });
  });

  it('takes the id of the quoted item where there is no other', () => {
    expect(readItem({ ref_msg: { message_item: { msg_id: '8' } } }).quote).toMatchObject({
      id: '8',
      writtenId: '8',
    });
    // What was written is given out also where it names nothing.
    expect(readItem({ ref_msg: { svr_id: '0' } }).quote).toEqual({ writtenId: '0' });
    expect(
      readItem({ ref_msg: { svr_id: {}, message_item: null, partial_text: 'x', title: 5 } }).quote,
    ).toEqual({});
  });
});

describe('textOf', () => {
  it('joins what has a text by lines', () =>
    expect(textOf([text('a'), image, text('b')].map(readItem))).toBe('a\nb'));
});

describe('idIn', () => {
  it.each([
    ['7', '7'],
    [7, '7'],
    ['phone-1', 'phone-1'],
    ['', undefined],
    ['0', undefined],
    [0, undefined],
    [null, undefined],
    [{}, undefined],
    [true, undefined],
    [undefined, undefined],
  ])('reads %j as %j', (value, id) => expect(idIn(value)).toBe(id));
});
