import { escapeControls, looksLikeMessage } from '../../../../ilink/updates/message-text';

describe('looksLikeMessage', () => {
  it.each([{ message_id: 1 }, { item_list: null }, { from_user_id: '', x: 1 }])('is true for %j', (value) =>
    expect(looksLikeMessage(value)).toBe(true),
  );
  it.each([null, 5, 'text', [], [{ message_id: 1 }], {}, { type: 1, text_item: {} }])(
    'is false for %j',
    (value) => expect(looksLikeMessage(value)).toBe(false),
  );
});

describe('escapeControls', () => {
  it('escapes raw control characters in texts, and leaves white space and escapes alone', () => {
    const text = '{\n "a\tb": "x\\"\u0001y\\\\",\n "c": "\n" }';
    expect(JSON.parse(escapeControls(text))).toEqual({ 'a\tb': 'x"\u0001y\\', c: '\n' });
  });
});
