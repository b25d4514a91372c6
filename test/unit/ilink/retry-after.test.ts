import { retryAfterMs } from '../../../ilink/retry-after';

describe('retryAfterMs', () => {
  it.each<[string, Record<string, string | string[]>, number | undefined]>([
    ['seconds', { 'retry-after': '7' }, 7_000],
    ['seconds with white space', { 'retry-after': ' 7 ' }, 7_000],
    ['the first of several', { 'retry-after': ['3', '9'] }, 3_000],
    [
      "a date, by the server's own clock",
      { 'retry-after': 'Fri, 31 Dec 1999 23:59:59 GMT', date: 'Fri, 31 Dec 1999 23:59:29 GMT' },
      30_000,
    ],
    ['a date without a clock', { 'retry-after': 'Fri, 31 Dec 1999 23:59:59 GMT' }, undefined],
    [
      'a date that has passed',
      { 'retry-after': 'Fri, 31 Dec 1999 23:59:59 GMT', date: 'Sat, 01 Jan 2000 00:00:00 GMT' },
      undefined,
    ],
    ['far too long', { 'retry-after': '99999999' }, 3_600_000],
    ['no time', { 'retry-after': '0' }, undefined],
    ['a negative one', { 'retry-after': '-5' }, undefined],
    ['nonsense', { 'retry-after': 'soon' }, undefined],
    ['nothing', {}, undefined],
  ])('reads %s', (_what, headers, expected) => {
    expect(retryAfterMs(headers)).toBe(expected);
  });
});
