import { fillPlaceholders } from '../../../emulator/placeholders';
import type { RequestRecord } from '../../../emulator/types';

const RECORD: RequestRecord = {
  endpoint: 'sendmessage',
  method: 'POST',
  path: '/',
  at: 0,
  headers: { authorization: 'Bearer aB:cd' },
  body: {
    msg: { to_user_id: 'u@im.wechat', context_token: 'Ctx=', item_list: [{ text_item: { text: 'hé' } }] },
  },
  status: 0,
  outcome: 'pending',
};

describe('fillPlaceholders', () => {
  it.each([
    ['{token} {context_token} {text} {user_id}', 'aB:cd Ctx= hé u@im.wechat'],
    ['{token:upper} {token:lower}', 'AB:CD ab:cd'],
    ['{token:cut} {token:tail}', 'aB: :cd'],
    ['{text:percent} {text:base64} {text:json}', '%68%c3%a9 aMOp "hé"'],
    ['{token:backwards} {nothing}', '{token:backwards} {nothing}'],
  ])('%s', (template, filled) => {
    expect(fillPlaceholders(template, RECORD)).toBe(filled);
  });

  it('leaves a gap for what the request did not carry', () => {
    expect(
      fillPlaceholders('[{token}{text}{context_token}]', { ...RECORD, headers: {}, body: 'garbage' }),
    ).toBe('[]');
  });
});
