import fc from 'fast-check';

import { Typing, type KeepAliveOptions } from '../../../../bot/typing/typing';
import { ILinkApiError, ILinkHttpError, ILinkNetworkError } from '../../../../ilink/errors';
import { FakeClock, settle } from '../../../support/fake-clock';
import { finish } from '../../../support/finish';

const LIMIT_MS = 60_000;
/** How long the phone shows it after each request. */
const DIES_AFTER_MS = 5_000;

describe('Typing', () => {
  let clock: FakeClock;
  /** What reached the server: when, in seconds, whose, and 1 for show or 2 for hide. */
  let calls: string[];
  let failures: Array<Error | undefined>;
  let answer: () => Promise<void>;
  let reports: string[];
  let inUse: number;
  let typing: Typing;
  /** Whether n8n runs as several processes, and what all of them have sent. */
  let several: boolean;
  let sent: number;
  const startedAt = new FakeClock().now();

  beforeEach(() => {
    clock = new FakeClock();
    [calls, failures, reports, inUse] = [[], [], [], 0];
    [several, sent] = [false, 0];
    answer = async () => undefined;
    typing = new Typing({
      clock,
      report: ({ code }) => reports.push(code),
      elsewhere: { mayBe: async () => several, sentTo: async () => sent },
      retain: () => {
        inUse++;
        return () => inUse--;
      },
      client: {
        getConfig: async () => ({ ret: 0, typing_ticket: 'ticket' }),
        sendTyping: async (user, _ticket, status, signal) => {
          calls.push(`${(clock.now() - startedAt) / 1_000} ${user} ${status}`);
          const failure = failures.shift();
          await answer();
          signal?.throwIfAborted();
          if (failure) throw failure;
        },
      },
    });
  });

  const keepAlive = (more: Partial<KeepAliveOptions> = {}, user = 'u') =>
    typing.keepAlive(user, { timeoutMs: LIMIT_MS, ...more });
  /** Nothing of it is left behind. */
  const expectNothingLeft = async (): Promise<void> => {
    await settle();
    expect({ timers: clock.pending, kept: typing.kept, inUse }).toEqual({ timers: 0, kept: 0, inUse: 0 });
    const before = calls.length;
    await clock.advance(10 * 60_000);
    expect(calls).toHaveLength(before);
  };

  it('ends within a second when another process has answered', async () => {
    several = true;
    keepAlive();
    await clock.advance(2_000);
    expect(calls).toEqual(['0 u 1']);
    sent = 1;
    await clock.advance(1_000);
    expect(calls).toEqual(['0 u 1', '2.1 u 2']);
    expect(typing.kept).toBe(0);
  });

  it('shows it again every four seconds, over one timer, and hides it when it is released', async () => {
    const kept = keepAlive();
    await kept.shown;
    expect([clock.pending, typing.kept, inUse]).toEqual([1, 1, 1]);
    await clock.advance(9_000);
    expect(clock.pending).toBe(1);
    kept.release();
    kept.release();
    await settle();
    expect(calls).toEqual(['0 u 1', '4 u 1', '8 u 1', '9 u 2']);
    await expectNothingLeft();
  });

  it('ends by itself at its limit', async () => {
    const kept = keepAlive({ timeoutMs: 10_000 });
    expect(kept.endsBy).toBe(clock.now() + 10_000);
    await clock.advance(11_000);
    expect(calls).toEqual(['0 u 1', '4 u 1', '8 u 1', '10 u 2']);
    kept.release();
    await expectNothingLeft();
  });

  it('ends when a message to the user was sent, and not when it was sent to somebody else', async () => {
    await keepAlive().shown;
    typing.messageSent('somebody');
    await settle();
    expect(calls).toEqual(['0 u 1']);
    typing.messageSent('u');
    typing.messageSent('u');
    await settle();
    expect(calls).toEqual(['0 u 1', '0 u 2']);
    await expectNothingLeft();
  });

  it('does not hold up a send, and is over for it even when the server does not take the hiding', async () => {
    await keepAlive().shown;
    failures = [new ILinkHttpError('sendtyping', 500)];
    expect(typing.messageSent('u')).toBeUndefined();
    await expectNothingLeft();
    expect(reports).toEqual([]);
  });

  it('ends with Stop, whoever holds it, and says when that failed', async () => {
    keepAlive();
    await keepAlive().shown;
    await typing.stop('u');
    expect(calls).toEqual(['0 u 1', '0 u 2']);
    await expectNothingLeft();
    failures = Array.from({ length: 3 }, () => new ILinkHttpError('sendtyping', 500));
    await expect(finish(clock, typing.stop('u'))).rejects.toThrow(ILinkHttpError);
    await expectNothingLeft();
  });

  it('ends when the execution is cancelled, and takes its listener off the signal', async () => {
    const { signal, abort, listeners } = watched();
    await keepAlive({ signal }).shown;
    expect(listeners()).toBe(1);
    abort();
    await settle();
    expect(calls).toEqual(['0 u 1', '0 u 2']);
    expect(listeners()).toBe(0);
    const other = watched();
    const kept = keepAlive({ signal: other.signal });
    await kept.shown;
    kept.release();
    expect(other.listeners()).toBe(0);
    await expectNothingLeft();
  });

  it('is not shown for an execution that is cancelled already', async () => {
    await expect(keepAlive({ signal: AbortSignal.abort() }).shown).rejects.toThrow('aborted');
    expect(calls).toEqual([]);
    await expectNothingLeft();
  });

  it('is kept alive once for everybody, until the last one lets go', async () => {
    const holds = Array.from({ length: 10 }, () => keepAlive());
    await Promise.all(holds.map(({ shown }) => shown));
    expect([clock.pending, typing.kept, inUse]).toEqual([1, 1, 1]);
    await clock.advance(4_000);
    for (const { release } of holds.slice(1)) release();
    await clock.advance(4_000);
    expect(calls).toEqual(['0 u 1', '4 u 1', '8 u 1']);
    holds[0]!.release();
    await settle();
    expect(calls.at(-1)).toBe('8 u 2');
    await expectNothingLeft();
  });

  it('lasts as long as the longest of them wants it', async () => {
    keepAlive({ timeoutMs: 2_000 });
    await keepAlive({ timeoutMs: 6_000 }).shown;
    await clock.advance(20_000);
    expect(calls).toEqual(['0 u 1', '4 u 1', '6 u 2']);
    await expectNothingLeft();
  });

  it('is shown to each user by itself', async () => {
    const a = keepAlive({}, 'a');
    keepAlive({}, 'b');
    await clock.advance(1_000);
    expect([clock.pending, typing.kept]).toEqual([2, 2]);
    a.release();
    await clock.advance(3_000);
    expect(calls).toEqual(['0 a 1', '0 b 1', '1 a 2', '4 b 1']);
    typing.messageSent('b');
    await expectNothingLeft();
  });

  it('never lets a hiding overtake a showing', async () => {
    const held = Promise.withResolvers<void>();
    answer = () => held.promise;
    const kept = keepAlive();
    await settle();
    kept.release();
    await settle();
    expect(calls).toEqual(['0 u 1']);
    held.resolve();
    await settle();
    expect(calls).toEqual(['0 u 1', '0 u 2']);
    await expectNothingLeft();
  });

  it('asks the server for nothing when it is over before its turn', async () => {
    const held = Promise.withResolvers<void>();
    answer = () => held.promise;
    const showing = typing.show('u');
    await settle();
    const kept = keepAlive();
    kept.release();
    held.resolve();
    await Promise.all([showing, kept.shown]);
    await settle();
    // The one that was shown by itself is nobody's to keep, so hiding it is right.
    expect(calls).toEqual(['0 u 1', '0 u 2']);
    await expectNothingLeft();
  });

  it('sends no second request while the server has not answered the one before', async () => {
    await keepAlive().shown;
    const held = Promise.withResolvers<void>();
    answer = () => held.promise;
    await clock.advance(12_000);
    expect(calls).toEqual(['0 u 1', '4 u 1']);
    held.resolve();
    await clock.advance(4_000);
    expect(calls).toEqual(['0 u 1', '4 u 1', '16 u 1']);
    typing.messageSent('u');
    await expectNothingLeft();
  });

  it('is shown anew for a later wish, and once for wishes at the same time', async () => {
    await keepAlive().shown;
    await clock.advance(2_000);
    await Promise.all([keepAlive().shown, keepAlive().shown]);
    await clock.advance(4_000);
    expect(calls).toEqual(['0 u 1', '2 u 1', '6 u 1']);
    typing.messageSent('u');
    await expectNothingLeft();
  });

  it('leaves no gap when another wish comes just after it was shown', async () => {
    await keepAlive().shown;
    await clock.advance(900);
    await keepAlive().shown;
    await clock.advance(3_100);
    expect(calls).toEqual(['0 u 1', '4 u 1']);
    typing.messageSent('u');
    await expectNothingLeft();
  });

  it('fails for whoever starts it when it cannot be shown, and leaves nothing', async () => {
    failures = [new ILinkApiError('sendtyping', { ret: -3 }, [])];
    await expect(keepAlive().shown).rejects.toThrow(ILinkApiError);
    await expectNothingLeft();
    expect(calls).toEqual(['0 u 1']);
  });

  it('survives one failure of the server, as a send does', async () => {
    failures = [new ILinkHttpError('sendtyping', 503)];
    const kept = keepAlive();
    await finish(clock, kept.shown);
    expect(calls).toEqual(['0 u 1', '0.5 u 1']);
    failures = [new ILinkHttpError('sendtyping', 503)];
    await finish(clock, typing.stop('u'));
    expect(calls.slice(2)).toEqual(['0.5 u 2', '1 u 2']);
    await expectNothingLeft();
  });

  it('hides what may have been shown although the answer got lost', async () => {
    failures = Array.from(
      { length: 3 },
      () => new ILinkNetworkError('sendtyping', 'unreachable', 'ECONNRESET', true),
    );
    await expect(finish(clock, keepAlive().shown)).rejects.toThrow(ILinkNetworkError);
    await settle();
    expect(calls).toEqual(['0 u 1', '0.5 u 1', '1.5 u 1', '1.5 u 2']);
    await expectNothingLeft();
  });

  it('tries again for the second one when the first was not shown', async () => {
    failures = [new ILinkApiError('sendtyping', { ret: -13 })];
    const [first, second] = [keepAlive(), keepAlive()];
    await expect(first.shown).rejects.toThrow(ILinkApiError);
    await second.shown;
    expect(calls).toEqual(['0 u 1', '0 u 1']);
    second.release();
    await expectNothingLeft();
  });

  it('goes on after a trouble that passes, and says so once', async () => {
    await keepAlive().shown;
    failures = [new ILinkHttpError('sendtyping', 500), new ILinkHttpError('sendtyping', 502)];
    await clock.advance(12_000);
    expect(calls).toEqual(['0 u 1', '4 u 1', '8 u 1', '12 u 1']);
    expect(reports).toEqual(['typing_not_kept']);
    typing.messageSent('u');
    await expectNothingLeft();
  });

  it.each([
    ['the login is over', { ret: -14 }],
    ['WeChat asks for a pause', { ret: -13 }],
  ])('gives up when %s', async (_what, codes) => {
    await keepAlive().shown;
    const failure = new ILinkApiError('sendtyping', codes, []);
    failures = [failure, failure];
    await clock.advance(4_000);
    expect(reports).toHaveLength(1);
    await expectNothingLeft();
  });

  it('shows it once where nobody wants it kept alive', async () => {
    await typing.show('u');
    expect(calls).toEqual(['0 u 1']);
    await expectNothingLeft();
  });

  it('is over when the bot is closed, without another request', async () => {
    keepAlive({}, 'a');
    await keepAlive({}, 'b').shown;
    typing.close();
    await expectNothingLeft();
    expect(calls).toEqual(['0 a 1', '0 b 1']);
  });

  it('whatever happens: visible without a gap while somebody holds it, and nothing is left when nobody does', async () => {
    const step = fc.oneof(
      fc.record({ what: fc.constant('start' as const), timeoutMs: fc.integer({ min: 100, max: 30_000 }) }),
      fc.record({
        what: fc.constantFrom('release' as const, 'sent' as const, 'stop' as const, 'show' as const),
      }),
      fc.record({ what: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 9_000 }) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const [from, holds] = [calls.length, [] as Array<ReturnType<typeof keepAlive>>];
        for (const one of steps) {
          if (one.what === 'start') holds.push(keepAlive({ timeoutMs: one.timeoutMs }));
          if (one.what === 'release') holds.shift()?.release();
          if (one.what === 'sent') typing.messageSent('u');
          if (one.what === 'stop') await typing.stop('u');
          if (one.what === 'show') await typing.show('u');
          if (one.what === 'wait') await clock.advance(one.ms);
          for (let turn = 0; turn < 3; turn++) await settle();
          const last = calls.at(-1)?.split(' ') ?? [];
          const ageMs = clock.now() - startedAt - Number(last[0]) * 1_000;
          if (typing.kept > 0) expect([last[2], ageMs < DIES_AFTER_MS]).toEqual(['1', true]);
          expect(clock.pending).toBe(typing.kept);
        }
        await clock.advance(30_000);
        expect([clock.pending, typing.kept, inUse]).toEqual([0, 0, 0]);
        expect(calls.length - from).toBeLessThanOrEqual(3 * steps.length * 3 + 10);
      }),
      { numRuns: 200 },
    );
  });
});

/** The signal of an execution, and how many listen to it. */
function watched(): { signal: AbortSignal; abort: () => void; listeners: () => number } {
  const controller = new AbortController();
  const { signal } = controller;
  const added = jest.spyOn(signal, 'addEventListener');
  const removed = jest.spyOn(signal, 'removeEventListener');
  const listeners = (): number => {
    const left = new Set(added.mock.calls.map(([, listener]) => listener));
    for (const [, listener] of removed.mock.calls) left.delete(listener);
    return left.size;
  };
  return { signal, abort: () => controller.abort(), listeners };
}
