import { fillHeaders, fillPlaceholders } from '../../../emulator/placeholders';
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

  it('reads what stands in the address of a request', () => {
    const path = '/c2c/download?encrypted_query_param=p%2F1&qrcode=q%3D';
    expect(fillPlaceholders('{qrcode} {file}', { ...RECORD, path })).toBe('q= p/1');
    expect(fillPlaceholders('[{qrcode}{file}]', RECORD)).toBe('[]');
  });

  it('leaves a gap for what the request did not carry', () => {
    expect(
      fillPlaceholders('[{token}{text}{context_token}]', { ...RECORD, headers: {}, body: 'garbage' }),
    ).toBe('[]');
  });
});

describe('fillHeaders', () => {
  it('fills names and values, as far as HTTP takes them', () => {
    expect(fillHeaders({ 'x-{token:upper}': '{text} {token}' }, RECORD)).toEqual({ 'x-AB-CD': 'h? aB:cd' });
  });
});
