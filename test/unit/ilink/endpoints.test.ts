import { DEFAULT_HOLD_MS, effectiveHoldMs, ENDPOINTS, pollTimeoutMs } from '../../../ilink/endpoints';

describe('the hold of a poll', () => {
  it('is the one that the server announces', () => {
    expect(effectiveHoldMs(20_000)).toBe(20_000);
  });

  it.each([undefined, null, 0, -5, NaN, Infinity, '20000'])(
    'is the default when the server says %p',
    (announced) => {
      expect(effectiveHoldMs(announced)).toBe(DEFAULT_HOLD_MS);
    },
  );

  it('stays within bounds whatever is announced', () => {
    expect(effectiveHoldMs(1)).toBe(1_000);
    expect(effectiveHoldMs(3_600_000)).toBe(120_000);
  });

  it('ends before the client gives up, or the client would lose the race', () => {
    expect(pollTimeoutMs(35_000)).toBeGreaterThanOrEqual(40_000);
    expect(ENDPOINTS.get_qrcode_status.timeoutMs).toBeGreaterThanOrEqual(40_000);
  });
});
