import { sleep, type Clock } from '../../ilink/clock';
import type { ILinkClient } from '../../ilink/client';
import type { Kind } from '../../ilink/verdict';
import { ILinkError, ILinkNetworkError } from '../../ilink/errors';
import { NoAnswer } from '../../ilink/seen';

/**
 * What a look at one conversation found out.
 * - `open`, `closed`: the server said so.
 * - `refused`: nothing can be sent with this token, at this address or to this person, before somebody changes that.
 * - `unreachable`: nobody could ask.
 * - `unknown`: the answer says nothing of it.
 */
export type Probed =
  { found: 'open' | 'closed' | 'unknown' } | { found: 'refused' | 'unreachable'; error: ILinkError };

/** Only a person can mend these. */
const REFUSED: ReadonlySet<Kind> = new Set([
  'login_needed',
  'access_denied',
  'wrong_address',
  'wrong_recipient',
  'certificate_untrusted',
]);
const UNREACHABLE: ReadonlySet<Kind> = new Set([
  'unreachable',
  'timed_out',
  'server_trouble',
  'unintelligible',
]);

/** A send waits for it. */
const TIMEOUT_MS = 5_000;
const AGAIN_AFTER_MS = 300;
/** Whoever queues many messages at once asks once. */
const FRESH_MS = 3_000;

/**
 * Looks where a conversation stands without sending anything: `getconfig` costs no quota, and answers -4 where there is no open
 * conversation. Only -14, 401 and 403 say that the token is bad.
 */
export class Probe {
  private readonly recent = new Map<string, { at: number; answer: Promise<Probed> }>();

  constructor(private readonly deps: { client: Pick<ILinkClient, 'getConfig'>; clock: Clock }) {}

  /** @param contextToken the one that a message would carry. Never rejects */
  ask(userId: string, contextToken?: string): Promise<Probed> {
    const now = this.deps.clock.now();
    for (const [key, { at }] of this.recent) {
      if (Math.abs(now - at) >= FRESH_MS) this.recent.delete(key);
    }
    const known = this.recent.get(userId);
    if (known) return known.answer;
    const answer = this.askTwice(userId, contextToken);
    this.recent.set(userId, { at: now, answer });
    return answer;
  }

  /** One failure of the network is no news. */
  private async askTwice(userId: string, contextToken?: string): Promise<Probed> {
    const first = await this.askOnce(userId, contextToken);
    if (first.found !== 'unreachable' || first.error.kind === 'timed_out') return first;
    await sleep(this.deps.clock, AGAIN_AFTER_MS);
    return this.askOnce(userId, contextToken);
  }

  private async askOnce(userId: string, contextToken?: string): Promise<Probed> {
    const limit = new AbortController();
    const cancel = this.deps.clock.after(TIMEOUT_MS, () => limit.abort(TIMED_OUT));
    try {
      await this.deps.client.getConfig(userId, contextToken, limit.signal);
      return { found: 'open' };
    } catch (error) {
      return meaningOf(error);
    } finally {
      cancel();
    }
  }
}

const TIMED_OUT = new ILinkNetworkError('getconfig', 'timed_out', NoAnswer.inTime, false);

function meaningOf(error: unknown): Probed {
  if (!(error instanceof ILinkError)) return { found: 'unknown' };
  if (error.kind === 'window_closed') return { found: 'closed' };
  if (REFUSED.has(error.kind)) return { found: 'refused', error };
  return UNREACHABLE.has(error.kind) ? { found: 'unreachable', error } : { found: 'unknown' };
}
