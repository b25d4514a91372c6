import { limitsOf, sendSettingsOf } from '../../../../../../nodes/WeChat/actions/message/options';

const HOUR_MS = 3_600_000;

describe('The settings of a send', () => {
  test('are these when nothing is set', () => {
    expect(sendSettingsOf({})).toEqual({
      whenClosed: 'queue',
      onRefused: 'error',
      onUnconfirmed: 'continue',
      pauseMs: 500,
      queueMs: 72 * HOUR_MS,
      ageNote: '🕒 {age}',
      limits: { quota: 10, windowMs: 24 * HOUR_MS },
    });
  });

  test('are what the options say', () => {
    const options = {
      whenClosed: 'sendAnyway',
      onRefused: 'continue',
      onUnconfirmed: 'error',
      pauseMs: 0,
      queueHours: 1,
      ageNote: '',
      quota: 3,
      windowHours: 11,
    };
    expect(sendSettingsOf(options)).toEqual({
      whenClosed: 'sendAnyway',
      onRefused: 'continue',
      onUnconfirmed: 'error',
      pauseMs: 0,
      queueMs: HOUR_MS,
      ageNote: '',
      limits: { quota: 3, windowMs: 11 * HOUR_MS },
    });
  });

  test.each<[unknown, number, number, number]>([
    ['7', 7, 7, 7],
    [0, 1, 0, 1],
    [-5, 1, 0, 1],
    ['seven', 10, 500, 72],
    [NaN, 10, 500, 72],
    [Infinity, 10, 500, 72],
    [null, 10, 500, 72],
  ])('take %p for a number that makes sense', (value, quota, pauseMs, queueHours) => {
    const settings = sendSettingsOf({ quota: value, pauseMs: value, queueHours: value });
    expect(settings).toMatchObject({ pauseMs, queueMs: queueHours * HOUR_MS });
    expect(limitsOf({ quota: value })).toMatchObject({ quota });
  });
});
