import { spoiled } from '../../../emulator/spoiled';
import { SPOILINGS, type Spoiling } from '../../../emulator/spoilings';
import type { WireMessage } from '../../../emulator/types';

const MESSAGE: WireMessage = {
  seq: 1,
  message_id: '7400000000000000001',
  from_user_id: 'me@im.wechat',
  to_user_id: 'b@im.bot',
  client_id: 'phone:1',
  create_time_ms: 1,
  session_id: 's',
  message_type: 1,
  message_state: 2,
  item_list: [{ type: 1, msg_id: '7400000000000000002', text_item: { text: 'hi' } }],
  context_token: 'token',
};

const parses = (how: Spoiling) => {
  try {
    JSON.parse(`[${spoiled(MESSAGE, how, 10).toString()}]`);
    return true;
  } catch {
    return false;
  }
};

describe('spoiled', () => {
  it('makes JSON that is none of six kinds, and a byte that no UTF-8 has', () => {
    // A decoder that replaces what it cannot read gives good JSON back, and a wrong text.
    expect(SPOILINGS.filter((how) => !parses(how))).toEqual([
      ...['control_character', 'bad_escape', 'cut_number', 'cut_text', 'not_a_number'],
    ]);
    const bytes = Buffer.from(spoiled(MESSAGE, 'bad_byte'));
    expect(() => new TextDecoder('utf-8', { fatal: true }).decode(bytes)).toThrow();
    expect(bytes.includes('"text":"hi')).toBe(true);
  });

  it('makes JSON that is no message', () => {
    const made = (['null', 'number', 'text', 'list', 'empty_object'] as const).map((how) =>
      JSON.parse(String(spoiled(MESSAGE, how))),
    );
    expect(made).toEqual([null, 7, 'message', [], {}]);
  });

  it('leaves the ids out, and nothing else', () => {
    const { message_id: _id, seq: _seq, client_id: _client, ...rest } = MESSAGE;
    expect(JSON.parse(String(spoiled(MESSAGE, 'no_id')))).toEqual({
      ...rest,
      item_list: [{ type: 1, text_item: { text: 'hi' } }],
    });
  });

  it.each(['deep_list', 'deep_object'] as const)('nests as deep as asked for: %s', (how) => {
    const text = String(spoiled(MESSAGE, how, 7));
    expect(text.match(how === 'deep_list' ? /\[{7}\]{7}/ : /(\{"a":){7}0\}{7}/)).not.toBeNull();
    expect(String(spoiled(MESSAGE, how)).length).toBeGreaterThan(10_000);
  });
});
