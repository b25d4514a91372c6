import fc from 'fast-check';

import { NO_STREAK, pauseAfter, roundOf, type Round, type Streak } from '../../../../bot/receive/pace';
import { ILinkApiError, ILinkHttpError, ILinkNetworkError } from '../../../../ilink/errors';

/** The pauses after `rounds` in a row, with the longest jitter. */
function pauses(rounds: Round[], elapsedMs: number, random = 1): number[] {
  let streak: Streak = NO_STREAK;
  return rounds.map((round) => {
    const next = pauseAfter(round, elapsedMs, streak, random);
    streak = next.streak;
    return next.pauseMs;
  });
}

describe('pauseAfter', () => {
  it('asks again at once after messages and after a hold that ended empty', () => {
    expect(pauses(['messages', 'empty', 'cut'], 35_000)).toEqual([0, 0, 0]);
  });

  it('backs off from one second to one minute while it fails', () => {
    expect(pauses(Array<Round>(8).fill('failed'), 10)).toEqual([
      1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000,
    ]);
  });

  it('starts from one second again after a success', () => {
    expect(pauses(['failed', 'failed', 'messages', 'failed'], 10)).toEqual([1000, 2000, 0, 1000]);
  });

  it('does not spin on a server that answers "nothing" at once', () => {
    const quick = pauses(Array<Round>(10).fill('empty'), 3);
    expect(quick[0]).toBe(250);
    expect(Math.max(...quick)).toBe(5_000);
    expect(quick.every((pauseMs) => pauseMs > 0)).toBe(true);
  });

  it('asks again about once a minute while a login is needed', () => {
    expect(pauses(['login_needed', 'login_needed'], 10)).toEqual([60_000, 60_000]);
  });

  it('spreads the retries of many bots', () => {
    const [early] = pauses(['failed'], 10, 0);
    const [late] = pauses(['failed'], 10, 0.999);
    expect(early).toBe(500);
    expect(late).toBeGreaterThan(990);
  });

  it('waits as long as the server asks, longer when it fails anyway, and ten minutes at most', () => {
    const after = (askedMs: number, failures = 0, random = 0): number =>
      pauseAfter('failed', 10, { ...NO_STREAK, failures }, random, askedMs).pauseMs;
    expect(after(90_000)).toBe(90_000);
    expect(after(90_000, 0, 1)).toBe(99_000);
    expect(after(1_000, 6)).toBe(30_000);
    expect(after(3_600_000)).toBe(600_000);
  });

  it('never makes more than a few requests a second whatever happens, except while messages come', () => {
    const rounds = fc.array(fc.constantFrom<Round>('empty', 'cut', 'failed', 'login_needed'), {
      minLength: 20,
    });
    fc.assert(
      fc.property(rounds, fc.double({ min: 0, max: 0.999, noNaN: true }), (sequence, random) => {
        const total = pauses(sequence, 0, random).reduce((sum, pauseMs) => sum + pauseMs, 0);
        expect(total).toBeGreaterThanOrEqual(sequence.length * 250);
      }),
    );
  });
});

describe('roundOf', () => {
  const network = (failure: 'unreachable' | 'timed_out', mayHaveArrived: boolean): Error =>
    new ILinkNetworkError('getupdates', failure, 'ECONNRESET', mayHaveArrived);
  const refused = (errcode: number): Error => new ILinkApiError('getupdates', { errcode }, []);

  it.each<[Round, string, unknown, number]>([
    ['cut', 'no answer within our limit', network('timed_out', true), 45_000],
    ['failed', 'no connection within its limit', network('timed_out', false), 10_000],
    ['failed', 'a reset', network('unreachable', true), 20_000],
    ['cut', 'a gateway that ended the hold', new ILinkHttpError('getupdates', 524), 16_000],
    ['failed', 'a gateway that answers at once', new ILinkHttpError('getupdates', 524), 300],
    ['failed', 'another status after a hold', new ILinkHttpError('getupdates', 502), 16_000],
    ['login_needed', 'a refused token', refused(-14), 10],
    ['empty', 'the code that is an empty poll', refused(-1), 10],
    ['failed', 'a code that nobody knows', refused(-99), 10],
    ['failed', 'a mistake of ours', new TypeError('bug'), 10],
    ['failed', 'anything else that is thrown', undefined, 10],
  ])('is %s for %s', (round, _what, error, elapsedMs) => {
    expect(roundOf(error, elapsedMs)).toBe(round);
  });
});
