import { readCode } from '../../../login/code';

describe('readCode', () => {
  it('gives what the code is asked for with, and what is to be drawn', () => {
    const url = 'https://liteapp.weixin.qq.com/q/1';
    expect(readCode({ ret: 0, qrcode: 'q1', qrcode_img_content: url })).toEqual({ qrcode: 'q1', url });
  });

  it.each([
    {},
    { qrcode: 'q1' },
    { qrcode: '', qrcode_img_content: 'u' },
    { qrcode: 1, qrcode_img_content: {} },
  ])('fails when the answer %j has no code', (answer) => {
    expect(() => readCode(answer as object)).toThrow(expect.objectContaining({ code: 'no_qr_code' }));
  });

  it.each([
    ['too long', `https://w/${'a'.repeat(1_000)}`],
    ['too long in bytes', `https://w/${'字'.repeat(400)}`],
    ['half a character', 'https://w/\ud800'],
    ['a line break', 'https://w/\nx'],
  ])('refuses what cannot be drawn: %s', (_what, url) => {
    const answer = { ret: 0, qrcode: 'q', qrcode_img_content: url };
    expect(() => readCode(answer)).toThrow(expect.objectContaining({ code: 'unusable_qr_code' }));
  });
});
