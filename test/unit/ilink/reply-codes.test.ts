import fc from 'fast-check';

import { ILinkReplyError } from '../../../ilink/errors';
import { parseLossless } from '../../../ilink/json';
import { codesOf } from '../../../ilink/reply-codes';
import type { ReplyCodes } from '../../../ilink/wire';

/** As it comes over the wire. */
const read = (json: string): ReturnType<typeof codesOf> =>
  codesOf('sendmessage', parseLossless(json) as ReplyCodes);

describe('The codes of a reply', () => {
  it.each([
    ['{"ret":-14}', { ret: -14 }],
    ['{"ret":"-14"}', { ret: -14 }],
    ['{"ret":" -2 ","errcode":"0"}', { ret: -2, errcode: 0 }],
    ['{"ret":"0"}', { ret: 0 }],
    ['{"ret":-14.0}', { ret: -14 }],
    ['{"ret":null,"errcode":""}', {}],
    ['{}', {}],
    // One that can be read says what happened.
    ['{"ret":{},"errcode":-14}', { errcode: -14 }],
    ['{"ret":"ok","errcode":"-2"}', { errcode: -2 }],
  ])('are numbers, also as text: %s', (json, codes) => {
    expect(read(json)).toEqual(codes);
  });

  it.each([
    '{"ret":{}}',
    '{"ret":[]}',
    '{"ret":[-14]}',
    '{"ret":{"code":-14}}',
    '{"ret":true}',
    '{"ret":false}',
    '{"ret":"ok"}',
    '{"ret":"0x0e"}',
    '{"ret":0.5}',
    '{"ret":18446744073709551615}',
    '{"ret":"18446744073709551615"}',
    '{"ret":0,"errcode":{}}',
  ])('are not made up: %s is unintelligible', (json) => {
    expect(() => read(json)).toThrow(ILinkReplyError);
  });

  it('are whole numbers that stand there, or there is no answer, whatever stands there', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (ret, errcode) => {
        let codes: ReturnType<typeof codesOf>;
        try {
          codes = read(JSON.stringify({ ret, errcode }));
        } catch (error) {
          expect(error).toBeInstanceOf(ILinkReplyError);
          return;
        }
        for (const [name, code] of Object.entries(codes)) {
          const stood = { ret, errcode }[name];
          expect(Number.isSafeInteger(code)).toBe(true);
          expect(['number', 'string']).toContain(typeof stood);
          expect(Number(stood)).toBe(code);
        }
      }),
      { seed: 20261126 },
    );
  });
});
