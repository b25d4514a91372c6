import { effectiveCode } from '../../../ilink/effective-code';

describe('effectiveCode', () => {
  it('finds the code in ret, in errcode, or in both', () => {
    expect(effectiveCode({ ret: 0, errcode: -2 })).toBe(-2);
    expect(effectiveCode({ ret: -3, errcode: 0 })).toBe(-3);
    expect(effectiveCode({ ret: -2, errcode: -2 })).toBe(-2);
    expect(effectiveCode({})).toBe(0);
  });
});
