import { ILinkError, ILinkHttpError, ILinkNetworkError } from '../ilink/errors';

/**
 * How a round of the poll loop ended. `cut`: no answer within our limit, or a gateway ended the hold. `standby`: another
 * process polls.
 */
export type Round = 'messages' | 'empty' | 'cut' | 'failed' | 'login_needed' | 'standby';

/** How often in a row something happened that asks for a longer pause. */
export interface Streak {
  failures: number;
  quickEmpties: number;
}

/** A hold that a gateway cut (HTTP 524 on the international host, after about 16 s) is an empty poll, not a failure. */
const GATEWAY_TIMEOUT = 524;
const HELD_MS = 5_000;

/** What a poll that failed with `error` after `elapsedMs` was. */
export function roundOf(error: unknown, elapsedMs: number): Round {
  if (!(error instanceof ILinkError)) return 'failed';
  if (error.kind === 'login_needed') return 'login_needed';
  if (error.kind === 'empty_poll') return 'empty';
  if (error instanceof ILinkNetworkError && error.kind === 'timed_out' && error.mayHaveArrived) return 'cut';
  if (error instanceof ILinkHttpError && error.status === GATEWAY_TIMEOUT && elapsedMs >= HELD_MS)
    return 'cut';
  return 'failed';
}

export const NO_STREAK: Streak = { failures: 0, quickEmpties: 0 };

const FAILURE_PAUSE_MS = { first: 1_000, longest: 60_000 };
/** A server that answers "nothing" at once instead of holding is asked ever more slowly, up to this. */
const QUICK_EMPTY_PAUSE_MS = { first: 250, longest: 5_000 };
const QUICK_MS = 1_000;
/** A new login needs a person. The credential is looked at far more often than this (see the trigger). */
const LOGIN_PAUSE_MS = 60_000;
/** How soon the death of the process that polls is noticed, and how late its messages reach us. */
const STANDBY_PAUSE_MS = 500;

/**
 * How long to wait before the next poll. Never zero time after time: a loop that spins is as bad as one that dies.
 *
 * @param elapsedMs how long the round took
 * @param random a number from 0 up to 1, for the jitter that keeps many bots from asking in step
 */
export function pauseAfter(
  round: Round,
  elapsedMs: number,
  streak: Streak,
  random: number,
): { pauseMs: number; streak: Streak } {
  switch (round) {
    case 'messages':
      return { pauseMs: 0, streak: NO_STREAK };
    case 'empty':
    case 'cut':
      return afterEmpty(elapsedMs, streak);
    case 'failed':
      return {
        pauseMs: jittered(backOff(FAILURE_PAUSE_MS, streak.failures), random),
        streak: { ...NO_STREAK, failures: streak.failures + 1 },
      };
    case 'login_needed':
      return { pauseMs: jittered(LOGIN_PAUSE_MS, random), streak: NO_STREAK };
    case 'standby':
      return { pauseMs: STANDBY_PAUSE_MS, streak: NO_STREAK };
  }
}

function afterEmpty(elapsedMs: number, streak: Streak): { pauseMs: number; streak: Streak } {
  if (elapsedMs >= QUICK_MS) return { pauseMs: 0, streak: NO_STREAK };
  const pauseMs = backOff(QUICK_EMPTY_PAUSE_MS, streak.quickEmpties);
  return { pauseMs, streak: { ...NO_STREAK, quickEmpties: streak.quickEmpties + 1 } };
}

function backOff({ first, longest }: { first: number; longest: number }, times: number): number {
  return Math.min(longest, first * 2 ** Math.min(times, 30));
}

/** Between half of `pauseMs` and all of it. */
function jittered(pauseMs: number, random: number): number {
  return Math.round(pauseMs * (0.5 + random / 2));
}
