import { backoffMs, spreadMs, type Backoff, type Jitter } from '../../ilink/backoff';
import { ILinkError, ILinkHttpError, ILinkNetworkError } from '../../ilink/errors';

/**
 * How a round of the poll loop ended. `echoes`: nothing but the bot's own messages came. `suspect`: the server answers and the
 * login may have lapsed. `cut`: no answer within our limit, or a gateway ended the hold. `asked_again`: we ended the poll before
 * a gateway could. `standby`: another process polls.
 */
export type Round =
  'messages' | 'echoes' | 'empty' | 'suspect' | 'cut' | 'asked_again' | 'failed' | 'login_needed' | 'standby';

/** How often in a row something happened that asks for a longer pause. */
export interface Streak {
  failures: number;
  quickEmpties: number;
}

/** What gateways say when they end a hold, for example 524 on the international host after about 16 s: an empty poll, no failure. */
const GATEWAY_TIMEOUTS: readonly number[] = [504, 524];
const HELD_MS = 500;

/** What a poll that failed with `error` after `elapsedMs` was. */
export function roundOf(error: unknown, elapsedMs: number): Round {
  if (!(error instanceof ILinkError)) return 'failed';
  if (error.kind === 'login_needed') return 'login_needed';
  if (error.kind === 'empty_poll') return 'empty';
  if (error instanceof ILinkNetworkError && error.kind === 'timed_out' && error.mayHaveArrived) return 'cut';
  if (isGatewayTimeout(error) && elapsedMs >= HELD_MS) return 'cut';
  return 'failed';
}

/** Whether a gateway says that it has waited long enough. */
export function isGatewayTimeout(error: unknown): boolean {
  return error instanceof ILinkHttpError && GATEWAY_TIMEOUTS.includes(error.status);
}

export const NO_STREAK: Streak = { failures: 0, quickEmpties: 0 };

const HALF_TO_ALL: Jitter = { from: 0.5, to: 1 };
/** Never shorter than what the server asked for. */
const ALL_AND_A_TENTH: Jitter = { from: 1, to: 1.1 };
const FAILED: Backoff = { firstMs: 1_000, longestMs: 60_000, jitter: HALF_TO_ALL };
/** A server that answers "nothing" at once instead of holding is asked ever more slowly. */
const QUICK_EMPTY: Backoff = { firstMs: 250, longestMs: 5_000 };
const QUICK_MS = 1_000;
/** As many echoes come as the bot sends, so they need no growing pause. */
const ECHO_PAUSE_MS = 100;
/** A login that may have lapsed is asked more rarely; if it has not, nothing comes later than this. */
const SUSPECT_PAUSE_MS = 10_000;
/** A new login needs a person. The credential is looked at far more often than this (see the trigger). */
const LOGIN_PAUSE_MS = 60_000;
/** A server that asks for a longer pause is asked again after this: what users write meanwhile waits until then. */
const LONGEST_ASKED_PAUSE_MS = 600_000;
/** How soon the death of the process that polls is noticed, and how late its messages reach us. */
const STANDBY_PAUSE_MS = 500;

/**
 * How long to wait before the next poll. Never zero time after time: a loop that spins is as bad as one that dies.
 *
 * @param elapsedMs how long the round took
 * @param random a number from 0 up to 1, for the jitter that keeps many bots from asking in step
 * @param askedMs the pause that the server asked for when it failed (`Retry-After`); 0 for none
 */
export function pauseAfter(
  round: Round,
  elapsedMs: number,
  streak: Streak,
  random: number,
  askedMs = 0,
): { pauseMs: number; streak: Streak } {
  switch (round) {
    case 'messages':
      return { pauseMs: 0, streak: NO_STREAK };
    case 'echoes':
      return { pauseMs: ECHO_PAUSE_MS, streak: NO_STREAK };
    case 'empty':
    case 'cut':
      return afterEmpty(elapsedMs, streak);
    case 'asked_again':
      return elapsedMs >= HELD_MS ? { pauseMs: 0, streak: NO_STREAK } : afterEmpty(elapsedMs, streak);
    case 'suspect':
      return { pauseMs: spreadMs(SUSPECT_PAUSE_MS, HALF_TO_ALL, random), streak: NO_STREAK };
    case 'failed':
      return {
        pauseMs: Math.max(
          backoffMs(FAILED, streak.failures + 1, random),
          spreadMs(Math.min(askedMs, LONGEST_ASKED_PAUSE_MS), ALL_AND_A_TENTH, random),
        ),
        streak: { ...NO_STREAK, failures: streak.failures + 1 },
      };
    case 'login_needed':
      return { pauseMs: spreadMs(LOGIN_PAUSE_MS, HALF_TO_ALL, random), streak: NO_STREAK };
    case 'standby':
      return { pauseMs: STANDBY_PAUSE_MS, streak: NO_STREAK };
  }
}

function afterEmpty(elapsedMs: number, streak: Streak): { pauseMs: number; streak: Streak } {
  if (elapsedMs >= QUICK_MS) return { pauseMs: 0, streak: NO_STREAK };
  const quickEmpties = streak.quickEmpties + 1;
  return { pauseMs: backoffMs(QUICK_EMPTY, quickEmpties), streak: { ...NO_STREAK, quickEmpties } };
}
