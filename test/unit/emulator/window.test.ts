import { DEFAULT_SETTINGS } from '../../../emulator/settings';
import { sendsToRemember, windowVerdict, type SendingState } from '../../../emulator/window';

const HOUR = 3_600_000;
const NOW = 100 * HOUR;
const open: SendingState = { lastWroteAt: NOW, sentSinceWrite: 0, recentSends: [] };
const verdict = (state: Partial<SendingState>, settings = {}) =>
  windowVerdict({ ...open, ...state }, NOW, { ...DEFAULT_SETTINGS, ...settings });

describe('windowVerdict', () => {
  it('is closed until the user has written', () => {
    const { lastWroteAt: _, ...never } = open;
    expect(windowVerdict(never, NOW, DEFAULT_SETTINGS)).toBe('user_must_write_first');
  });

  it('closes 24 hours after the user wrote, to the millisecond', () => {
    expect(verdict({ lastWroteAt: NOW - 24 * HOUR + 1 })).toBe('open');
    expect(verdict({ lastWroteAt: NOW - 24 * HOUR })).toBe('window_over');
  });

  it('closes after ten messages', () => {
    expect(verdict({ sentSinceWrite: 9 })).toBe('open');
    expect(verdict({ sentSinceWrite: 10 })).toBe('quota_used_up');
  });

  it('knows no throttle unless a setting asks for one', () => {
    expect(verdict({ recentSends: Array<number>(9).fill(NOW) })).toBe('open');
  });

  it('throttles the third message within a second, and not after it', () => {
    const settings = { throttlePerSecond: 2 };
    expect(verdict({ recentSends: [NOW - 999, NOW] }, settings)).toBe('throttled');
    expect(verdict({ recentSends: [NOW - 1000, NOW] }, settings)).toBe('open');
  });

  it('throttles the eighth message within five minutes', () => {
    const recentSends = Array.from({ length: 7 }, (_, at) => NOW - at * 40_000);
    expect(verdict({ recentSends }, { throttlePerFiveMinutes: 7 })).toBe('throttled');
    expect(sendsToRemember({ ...DEFAULT_SETTINGS, throttlePerFiveMinutes: 7, throttlePerSecond: 2 })).toBe(7);
  });
});
