import { itemsVerdict, requiredFieldsVerdict } from '../../../emulator/send-checks';

const good = {
  msg: { from_user_id: '', to_user_id: 'u', client_id: 'c', message_type: 2, message_state: 2 },
  base_info: { channel_version: '2.4.9', bot_agent: 'A/1' },
};
const text = { type: 1, text_item: { text: 'hi' } };
const image = { type: 2, image_item: {} };
const changed = (changes: object) => requiredFieldsVerdict({ ...good, msg: { ...good.msg, ...changes } });

describe('requiredFieldsVerdict', () => {
  it('finds nothing wrong with a complete message', () => {
    expect(requiredFieldsVerdict(good)).toBeUndefined();
  });

  it.each([
    [{ from_user_id: undefined }, 'from_user_id_missing'],
    [{ from_user_id: 'bot@im.bot' }, 'from_user_id_not_empty'],
    [{ client_id: undefined }, 'client_id_missing'],
    [{ client_id: '' }, 'client_id_missing'],
    [{ client_id: 5 }, 'client_id_missing'],
    [{ message_type: undefined }, 'message_type_wrong'],
    [{ message_type: 1 }, 'message_type_wrong'],
    [{ message_type: '2' }, 'message_type_wrong'],
    [{ message_state: undefined }, 'message_state_wrong'],
    [{ message_state: 0 }, 'message_state_wrong'],
    [{ message_state: 1 }, 'message_state_generating'],
  ])('drops a message with %j', (changes, reason) => {
    expect(changed(changes)).toMatchObject({ kind: 'dropped', reason });
  });

  it('drops a message without msg or base_info', () => {
    expect(requiredFieldsVerdict({ base_info: good.base_info })).toMatchObject({ reason: 'msg_missing' });
    expect(requiredFieldsVerdict({ msg: good.msg })).toMatchObject({
      kind: 'dropped',
      reason: 'base_info_missing',
    });
  });
});

describe('itemsVerdict', () => {
  it.each([
    [undefined, -2, 'item_list_empty'],
    [[], -2, 'item_list_empty'],
    [[text, image], -3, 'text_and_media_mixed'],
    [[text, text], -2, 'several_items'],
    [[image, image], -2, 'several_items'],
    [[{ type: 99 }], -2, 'item_type_unknown'],
    [[null], -2, 'item_type_unknown'],
    [[{ type: 2 }], -2, 'item_content_missing'],
    [[{ type: 1, text_item: { text: '' } }], -2, 'text_empty'],
  ])('refuses %j with %i', (items, code, reason) => {
    expect(itemsVerdict(items, 100)).toMatchObject({ kind: 'refused', code, reason });
  });

  it('counts the bytes of a text, not its characters', () => {
    const ofText = (value: string) => itemsVerdict([{ type: 1, text_item: { text: value } }], 9);
    expect(ofText('微信信')).toBeUndefined();
    expect(ofText('微信信!')).toMatchObject({ code: -2, errmsg: 'text too long', reason: 'text_too_long' });
  });

  it('never answers a too long text like a closed window, which a client must not mix up', () => {
    const verdict = itemsVerdict([{ type: 1, text_item: { text: 'xx' } }], 1);
    expect(verdict).not.toMatchObject({ errmsg: expect.stringMatching(/^(prepare failed|unknown error|)$/) });
  });
});
