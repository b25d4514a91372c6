import type { ILinkClient, Updates } from '../../ilink/client';
import { sleep, type Clock } from '../../ilink/clock';
import { HOLD_BOUNDS_MS } from '../../ilink/endpoints';
import { ILinkError, ILinkNetworkError, retryAfterOf } from '../../ilink/errors';
import { StoreTrouble } from '../store-trouble';
import type { Gateway } from './gateway';
import type { BotInbox, Kept } from './inbox';
import { writersOf } from './incoming';
import type { Listeners } from './listeners';
import { isGatewayTimeout, roundOf, type Round } from './pace';
import { askForUpdates, type Position } from './poll';
import type { Report } from '../report';

export interface PollerDeps {
  client: Pick<ILinkClient, 'getUpdates'>;
  inbox: Pick<BotInbox, 'keep'>;
  /** What is known of a gateway in front of the server; without it the server ends every poll. */
  gateway?: Pick<Gateway, 'askAgainMs' | 'ended'>;
  listeners: Listeners;
  clock: Clock;
  report: Report;
}

/** How a round of the poll loop ended, and the pause that the server asked for; 0 for none. */
export interface Polled {
  round: Round;
  askedMs: number;
}

const KEEP_AGAIN_MS = 1_000;
/** A poll without an answer is a connection that died, as they do. When new ones have none either, something is wrong. */
const UNANSWERED_LIMIT = 3;
/** One bare answer may be a slip of the server. So many in a row are a suspicion, and no proof. */
const SUSPECT_AFTER = 5;
const NOTHING: Kept = { messages: 0, echoes: 0, strays: 0 };

/** One poll after another: asks, keeps what comes before anybody hears of it, and says how the connection is. */
export class Poller {
  /** Whether the token has worked. */
  private worked = false;
  /** How many polls in a row had no answer within our limit. */
  private unanswered = 0;
  /** How many answers in a row named neither messages nor a cursor. */
  private bare = 0;

  constructor(private readonly deps: PollerDeps) {}

  /** What another process saw since does not count. */
  startOver(): void {
    this.bare = 0;
  }

  /** @param position goes on with what comes */
  async poll(position: Position, signal: AbortSignal): Promise<Polled> {
    const startedAt = this.deps.clock.now();
    let updates: Updates | undefined;
    try {
      updates = await askForUpdates(this.deps, position, signal);
    } catch (error) {
      if (signal.aborted) return asked('failed');
      return this.failed(error, this.deps.clock.now() - startedAt, position, signal);
    }
    if (!updates) {
      // A connection that was made and held shows that the server is there.
      this.deps.listeners.setHealth(this.goodState);
      return asked('asked_again');
    }
    return asked(await this.answered(updates, position, signal));
  }

  private async answered(updates: Updates, position: Position, signal: AbortSignal): Promise<Round> {
    this.worked = true;
    this.unanswered = 0;
    this.bare = updates.bare ? this.bare + 1 : 0;
    position.holdMs = updates.holdMs;
    const fresh = await this.keep(updates, position, signal);
    // Nothing new counts as nothing, or a server that repeats itself without a pause would make us spin. What is no message
    // counts as nothing, too: there may be no end of it.
    if (fresh.messages > 0) return 'messages';
    if (fresh.echoes > 0) return 'echoes';
    return this.goodState === 'suspect' ? 'suspect' : 'empty';
  }

  private async failed(
    error: unknown,
    elapsedMs: number,
    position: Position,
    signal: AbortSignal,
  ): Promise<Polled> {
    const round = roundOf(error, elapsedMs);
    if (round === 'login_needed' && position.cursor !== '') {
      // Sometimes it is the cursor that is stale and not the token: once more with an empty one.
      this.worked = true;
      position.cursor = '';
      return this.poll(position, signal);
    }
    if (isGatewayTimeout(error)) await this.deps.gateway?.ended(elapsedMs, 'by_gateway');
    else if (isBreak(error)) await this.deps.gateway?.ended(elapsedMs, 'broken');
    this.note(round, error);
    // Perhaps the server holds longer than it says, and an abort can cost a message that is on its way.
    if (this.unanswered > 0) position.holdMs = Math.min(2 * position.holdMs, HOLD_BOUNDS_MS.max);
    return asked(round, retryAfterOf(error));
  }

  /**
   * The server will not send these messages again, so they are held until they can be written, and nothing is polled.
   *
   * @returns how many are new
   */
  private async keep(updates: Updates, position: Position, signal: AbortSignal): Promise<Kept> {
    const { messages, unreadable = [] } = updates;
    let failures = 0;
    for (;;) {
      const lastTry = signal.aborted;
      try {
        const fresh = await this.keepOnce(updates, position);
        // A try that failed may have kept some of them.
        if (fresh.messages + fresh.strays + unreadable.length + failures > 0) this.deps.listeners.notify();
        return fresh;
      } catch (error) {
        failures++;
        this.deps.listeners.setHealth('cannot_keep', new StoreTrouble(error));
        if (lastTry) {
          this.deps.report({ code: 'messages_lost', facts: { messages: messages.length } }, error);
          return NOTHING;
        }
        await sleep(this.deps.clock, KEEP_AGAIN_MS, signal);
      }
    }
  }

  private async keepOnce(updates: Updates, position: Position): Promise<Kept> {
    const { messages, unreadable = [], cursor = position.cursor } = updates;
    const { inbox, listeners } = this.deps;
    const changes = messages.length + unreadable.length > 0 || cursor !== position.cursor;
    const fresh = changes ? await inbox.keep(updates, !listeners.allTake) : NOTHING;
    position.cursor = cursor;
    if (fresh.messages + fresh.strays > 0) listeners.usersWrote(writersOf(messages));
    listeners.setHealth(this.goodState);
    return fresh;
  }

  /** How the connection is when the server has just answered. */
  private get goodState(): 'connected' | 'suspect' {
    return this.bare >= SUSPECT_AFTER ? 'suspect' : 'connected';
  }

  private note(round: Round, error: unknown): void {
    const { listeners, report } = this.deps;
    if (!(error instanceof ILinkError)) report({ code: 'poll_failed' }, error);
    const known = error instanceof ILinkError ? error : undefined;
    const answered = !(known instanceof ILinkNetworkError);
    this.unanswered = answered ? 0 : this.unanswered + 1;
    // A gateway that ends a hold has passed the poll on, and a refused token is refused at once.
    if (round === 'empty' || (round === 'cut' && answered)) return listeners.setHealth(this.goodState);
    if (round === 'cut' && this.unanswered < UNANSWERED_LIMIT) return;
    if (round === 'login_needed') listeners.setHealth(this.worked ? 'taken_over' : 'login_needed', known);
    else listeners.setHealth('retrying', known);
  }
}

function asked(round: Round, askedMs = 0): Polled {
  return { round, askedMs };
}

/** Whether the connection broke, and not for our limit. */
function isBreak(error: unknown): boolean {
  return error instanceof ILinkNetworkError && error.kind === 'unreachable' && error.mayHaveArrived;
}
