import fc from 'fast-check';

import { parseLossless } from '../../../ilink/json';

describe('parseLossless', () => {
  it('keeps the exact digits of ids', () => {
    const text = '{"message_id":7479387652367114242,"items":[{"msg_id":18446744073709551615,"svr_id":5}]}';
    expect(parseLossless(text)).toEqual({
      message_id: '7479387652367114242',
      items: [{ msg_id: '18446744073709551615', svr_id: '5' }],
    });
  });

  it('leaves ids alone that are text already', () => {
    expect(parseLossless('{"message_id":"0123"}')).toEqual({ message_id: '0123' });
  });

  it('turns other whole numbers into text only when a number cannot hold them', () => {
    expect(parseLossless('{"seq":9007199254740993,"create_time_ms":1764000000000,"x":1.5}')).toEqual({
      seq: '9007199254740993',
      create_time_ms: 1764000000000,
      x: 1.5,
    });
  });

  it('does not touch digits inside of texts', () => {
    const text = JSON.stringify({ text: '{"message_id":7479387652367114242}' });
    expect(parseLossless(text)).toEqual({ text: '{"message_id":7479387652367114242}' });
  });

  it('throws for what is not JSON', () => {
    expect(() => parseLossless('<html>')).toThrow(SyntaxError);
    expect(() => parseLossless('{"ret":0')).toThrow(SyntaxError);
  });

  it('gives back every uint64 digit by digit', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (id) => {
        expect(parseLossless(`{"message_id": ${id}}`)).toEqual({ message_id: String(id) });
      }),
    );
  });

  it('agrees with JSON.parse on everything that a number can hold', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        const safe = !/\d{16,}|[eE][+-]?\d/.test(text) && !/"(message_id|msg_id|svr_id)"/.test(text);
        fc.pre(safe);
        expect(parseLossless(text)).toEqual(JSON.parse(text));
      }),
    );
  });
});
