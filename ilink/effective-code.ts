/** The code that counts: `errcode` and `ret` may each be missing, and -14 wins wherever it stands. */
export function effectiveCode(codes: { ret?: number; errcode?: number }): number {
  if (codes.ret === -14 || codes.errcode === -14) return -14;
  return codes.ret || codes.errcode || 0;
}
