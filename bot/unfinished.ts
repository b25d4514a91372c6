import { createHash } from 'node:crypto';

import type { Clock } from '../ilink/clock';
import type { Store } from '../store/store';
import type { PartResult } from './outbound';

/** What one send is told by, when it is tried again. */
export interface SendIdentity {
  /** Names the node, the item and the content. The same content to the same user gives the same text. */
  name: string;
  execution: string;
  /** Whether this execution is the retry of one that failed. */
  isRetry: boolean;
}

/** How far a send came. */
export interface Progress {
  /** The parts that the server has. */
  done: PartResult[];
  /** Under which the next part was tried, when it may have arrived. */
  client_id?: string;
}

/** A retry that comes later than this is a new send. */
const LIFE_MS = 24 * 3_600_000;
const NOTHING: Progress = { done: [] };

/**
 * Sends of several messages that broke off, so that a retry goes on from there. Only a retry does: a later execution that
 * sends the same text again means it.
 */
export class UnfinishedSends {
  constructor(
    private readonly deps: {
      store: () => Promise<Store | undefined>;
      /** Whose sends they are. */
      bot?: string;
      clock: Clock;
      report: (what: string, error?: unknown) => void;
    },
  ) {}

  /** How far the same send came before. */
  async resume(identity: SendIdentity | undefined): Promise<Progress> {
    if (!identity) return NOTHING;
    try {
      const store = await this.deps.store();
      // A retry is another execution than the one that broke off. Any other one leaves it for the retry.
      const whose = identity.isRetry ? undefined : identity.execution;
      const found = await store?.takeUnfinished(digest(identity.name), whose);
      const isFresh = found !== undefined && this.deps.clock.now() - found.at < LIFE_MS;
      return isFresh ? (JSON.parse(found.state) as Progress) : NOTHING;
    } catch (error) {
      this.deps.report('How far an earlier send came could not be read', error);
      return NOTHING;
    }
  }

  async note(identity: SendIdentity | undefined, progress: Progress): Promise<void> {
    if (!identity || (progress.done.length === 0 && !progress.client_id)) return;
    const { bot, clock, report } = this.deps;
    try {
      const store = await this.deps.store();
      const state = JSON.stringify(progress);
      await store?.noteUnfinished(digest(identity.name), {
        execution: identity.execution,
        state,
        at: clock.now(),
        ...(bot !== undefined && { bot }),
      });
    } catch (error) {
      report('How far a send came could not be noted', error);
    }
  }
}

/** No text of a message is kept for this. */
function digest(name: string): string {
  return createHash('sha256').update(name).digest('hex');
}
