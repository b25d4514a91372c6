/** When n8n is killed. */
export const MOMENTS = ['running', 'in a burst', 'starting', 'stopping'] as const;
export type Moment = (typeof MOMENTS)[number];

/** One round: n8n starts, takes messages, and dies. */
export interface RoundPlan {
  moment: Moment;
  /** How long after its beginning n8n is killed: `starting` counts from its start, the others from its first poll. */
  killAfterMs: number;
  /** How many messages are written at once just before a kill `in a burst`. */
  burst: number;
  /** `in a burst`: from the messages to the kill. `stopping`: from SIGTERM to SIGKILL. */
  thenMs: number;
  /** Messages per second while n8n takes them. */
  perSecond: number;
}

/** Longer than n8n takes to start, so that its whole start is covered, and a little of what follows. */
const START_MS = 10_000;
/** Long enough for n8n to work off what piled up, so that kills do not always hit the same messages. */
const RUNNING_MS = 5_000;
const SHARES: Record<Moment, number> = { running: 0.4, 'in a burst': 0.25, starting: 0.2, stopping: 0.15 };

/** @param random a number from 0 up to 1 */
export function planRound(random: () => number): RoundPlan {
  const upTo = (limit: number): number => Math.floor(random() * limit);
  const moment = pickMoment(random());
  const perSecond = 1 + upTo(20);
  const burst = 5 + upTo(16);
  switch (moment) {
    case 'starting':
      return { moment, perSecond, burst: 0, killAfterMs: upTo(START_MS), thenMs: 0 };
    case 'in a burst':
      return { moment, perSecond, burst, killAfterMs: upTo(RUNNING_MS), thenMs: upTo(100) };
    case 'stopping':
      return { moment, perSecond, burst: 0, killAfterMs: upTo(RUNNING_MS), thenMs: upTo(1_500) };
    default:
      return { moment, perSecond, burst: 0, killAfterMs: upTo(RUNNING_MS), thenMs: 0 };
  }
}

function pickMoment(share: number): Moment {
  let left = share;
  for (const moment of MOMENTS) {
    left -= SHARES[moment];
    if (left < 0) return moment;
  }
  return 'running';
}
