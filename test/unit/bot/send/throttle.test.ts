import { DEFAULT_GAP_MS, throttlePauseMs, widerGapMs } from '../../../../bot/send/throttle';

describe('The patience with a throttle', () => {
  it('doubles from 15 seconds, and asks once an hour in the end', () => {
    expect([0, 1, 2, 8, 99].map((times) => throttlePauseMs(times, 0.5) / 1_000)).toEqual([
      15, 30, 60, 3_600, 3_600,
    ]);
  });

  it('is a little different for everybody', () => {
    expect([throttlePauseMs(0, 0), throttlePauseMs(0, 1)]).toEqual([13_500, 16_500]);
  });

  it('widens the distance between messages, within reason', () => {
    expect([0, DEFAULT_GAP_MS, 1_000, 3_000, 4_000].map(widerGapMs)).toEqual([
      1_000, 1_000, 2_000, 4_000, 4_000,
    ]);
  });
});
