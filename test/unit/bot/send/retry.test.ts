import { mayHaveArrived, retryPauseMs, SEND_RETRY } from '../../../../bot/send/retry';
import { ILinkApiError, ILinkHttpError, ILinkNetworkError, ILinkReplyError } from '../../../../ilink/errors';

const api = (ret: number, errmsg = ''): Error => new ILinkApiError('sendmessage', { ret, errmsg }, []);
const http = (status: number): Error => new ILinkHttpError('sendmessage', status);
const network = (arrived: boolean): Error =>
  new ILinkNetworkError('sendmessage', 'unreachable', 'code', arrived);
const cancelled = new DOMException('cancelled', 'AbortError');

/** Every reply to a send that the protocol knows: whether it is repeated, and whether the message may be there all the same. */
const TABLE: Array<[string, Error, { again: boolean; arrived: boolean }]> = [
  ['-14, a stale token', api(-14), { again: false, arrived: false }],
  ['-13, a pause or the end of a session', api(-13), { again: false, arrived: false }],
  ['-2 with "prepare failed"', api(-2, 'prepare failed'), { again: false, arrived: false }],
  ['-2 with "unknown error"', api(-2, 'unknown error'), { again: false, arrived: false }],
  ['-2 without a text', api(-2), { again: false, arrived: false }],
  ['-2 with a bad parameter', api(-2, 'ilink_user_id required'), { again: false, arrived: false }],
  ['-3, a wrong recipient', api(-3, 'invalid arguments'), { again: false, arrived: false }],
  ['-1, a system error', api(-1), { again: true, arrived: false }],
  ['a code that nobody knows', api(-99), { again: false, arrived: false }],
  ['HTTP 500', http(500), { again: true, arrived: true }],
  ['HTTP 524 of a gateway', http(524), { again: true, arrived: true }],
  ['HTTP 429', http(429), { again: false, arrived: false }],
  ['HTTP 401', http(401), { again: false, arrived: false }],
  ['HTTP 403', http(403), { again: false, arrived: false }],
  ['HTTP 404', http(404), { again: false, arrived: false }],
  ['HTTP 413', http(413), { again: false, arrived: false }],
  ['a connection that broke after the request', network(true), { again: true, arrived: true }],
  ['a connection that was never made', network(false), { again: true, arrived: false }],
  [
    'no answer in time',
    new ILinkNetworkError('sendmessage', 'timed_out', 'limit', true),
    { again: true, arrived: true },
  ],
  [
    'half of an answer',
    new ILinkReplyError('sendmessage', { code: 'no_object' }),
    { again: true, arrived: true },
  ],
  ['a cancelled execution', cancelled, { again: false, arrived: true }],
];

describe.each(TABLE)('After %s', (_what, error, { again, arrived }) => {
  it(`a message is ${again ? '' : 'not '}sent again`, () => {
    expect(retryPauseMs(error, 1) !== undefined).toBe(again);
  });

  it(`it may ${arrived ? '' : 'not '}have arrived`, () => {
    expect(mayHaveArrived(error)).toBe(arrived);
  });
});

describe('retryPauseMs', () => {
  it('waits twice as long each time, and ends after three tries', () => {
    const pauses = Array.from({ length: SEND_RETRY.maxTries + 2 }, (_, i) => retryPauseMs(http(500), i + 1));
    expect(pauses).toEqual([500, 1_000, undefined, undefined, undefined]);
  });

  it('waits as long as the server asks, and does not try again when that is more than half a minute', () => {
    const after = (retryAfterMs: number): Error => new ILinkHttpError('sendmessage', 503, '', retryAfterMs);
    expect([200, 5_000, 30_000, 31_000].map((ms) => retryPauseMs(after(ms), 1))).toEqual([
      500,
      5_000,
      30_000,
      undefined,
    ]);
  });
});
