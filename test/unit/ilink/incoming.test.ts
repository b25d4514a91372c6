import fc from 'fast-check';

import { hasIdentity, quotableIds, readMessage } from '../../../ilink/incoming';

describe('readMessage', () => {
  it('reads the fields of the wire, and keeps the message as it came', () => {
    const raw = {
      seq: 5,
      message_id: '18446744073709551615',
      client_id: 'phone-1',
      create_time_ms: 1_764_000_000_000,
      from_user_id: 'u@im.wechat',
      group_id: 'g',
      session_id: 's',
      message_type: 1,
      context_token: 'ctx',
      item_list: [{ type: 1, msg_id: '7', text_item: { text: 'hello' } }],
      new_field: { of: 'a later version' },
    };
    expect(readMessage(raw)).toEqual({
      raw,
      fields: raw,
      seq: '5',
      messageId: '18446744073709551615',
      clientId: 'phone-1',
      createTimeMs: '1764000000000',
      fromUserId: 'u@im.wechat',
      groupId: 'g',
      sessionId: 's',
      messageType: 1,
      contextToken: 'ctx',
      items: [{ type: 'text', id: '7', text: 'hello' }],
    });
    expect(readMessage(raw).raw).toBe(raw);
  });

  it('has nothing in place of what is empty or has the wrong type', () => {
    const raw = {
      message_id: 0,
      client_id: '',
      seq: '000',
      create_time_ms: {},
      from_user_id: 7,
      group_id: '',
      context_token: ['t'],
      message_type: '1',
      item_list: { type: 1 },
    };
    expect(readMessage(raw)).toEqual({ raw, fields: raw, items: [] });
  });

  it.each([[null], [undefined], [5], ['text'], [[]], [[{ message_id: '1' }]]])(
    'takes %j for a message that says nothing',
    (raw) => expect(readMessage(raw)).toEqual({ raw, fields: {}, items: [] }),
  );

  it('leaves out items that are no objects', () =>
    expect(readMessage({ item_list: [null, 1, [], 'x', { type: 2 }] }).items).toEqual([{ type: 'image' }]));

  it('quotes what the first item quotes that quotes something', () => {
    const item_list = [{ type: 1 }, null, { ref_msg: 'x' }, { ref_msg: { title: 'a' } }, { ref_msg: {} }];
    expect(readMessage({ item_list }).quote).toEqual({ title: 'a' });
  });

  it('never fails, whatever came', () =>
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(readMessage(value).raw).toBe(value);
        expect(readMessage({ item_list: value, message_id: value }).items).toBeInstanceOf(Array);
      }),
    ));
});

describe('hasIdentity', () => {
  it.each([{ message_id: '1' }, { client_id: 'a' }, { seq: 1 }, { create_time_ms: 5 }])(
    'is true of %j',
    (raw) => expect(hasIdentity(readMessage(raw))).toBe(true),
  );

  it.each([null, {}, { message_id: '0', seq: 0 }, { from_user_id: 'u', item_list: [{ msg_id: '1' }] }])(
    'is false of %j',
    (raw) => expect(hasIdentity(readMessage(raw))).toBe(false),
  );
});

describe('quotableIds', () => {
  it('are the id of the message and those of its items, each once', () => {
    const item_list = [{ msg_id: '2' }, { msg_id: '2' }, {}, { msg_id: '3' }];
    const message = readMessage({ message_id: '18446744073709551615', item_list });
    expect(quotableIds(message)).toEqual(['18446744073709551615', '2', '3']);
  });

  it.each([
    null,
    5,
    'text',
    {},
    { item_list: 'x' },
    { message_id: '0', item_list: [null, 1, { msg_id: '' }, { msg_id: {} }] },
  ])('are none in %j', (message) => expect(quotableIds(readMessage(message))).toEqual([]));
});
