import type { Updates } from '../../ilink/client';
import type { Clock } from '../../ilink/clock';
import { quotableIds, type IncomingMessage } from '../../ilink/incoming';
import { proofOf } from '../../login/proof';
import type { News, ReceivedBatch, ReceivedMessage, Store, StoredMessage } from '../../store/store';
import { duplicateKeys } from './duplicates';
import { kindOfIncoming, personIn } from './incoming';
import { piecesOf, unreadableEvent } from './unreadable';
import type { Report } from '../report';
import type { LeaseHolder } from './leadership';

/** The store as this process has opened it. */
export interface OpenStore {
  store: Store;
  /** When this process began to use it. A bot may come later: when somebody subscribes, or after a new login. */
  startedAt: number;
  /** When the process before this one ended, as far as is known; 0 when there was none. */
  previousEnd: number;
  /** Knows under which lease this process polls. */
  leaseHolder?: Pick<LeaseHolder, 'numberOf'>;
  /** More is kept for those who listen than they have seen: an earlier login left it behind. */
  lookFromStart(): void;
}

export interface BotInboxDeps {
  /** See `botKeyOf`. */
  bot: string;
  /** Under which version 0.1 kept the cursor. */
  earlierConnection: string;
  /** Rejects when the store cannot be opened. */
  open: () => Promise<OpenStore>;
  clock: Clock;
  report: Report;
}

/** How many of what came are new. */
export interface Kept {
  messages: number;
  /** The bot's own, sent back by the server. */
  echoes: number;
  /** What is no message, or has nothing by which it could be told from others. */
  strays: number;
}

/** So many are kept in one transaction: it takes some milliseconds, and nothing else can run meanwhile. */
const CHUNK = 100;
/**
 * Longer than a workflow is off while it is saved, and than n8n takes from its first trigger to its last: a workflow whose
 * activation a crash cut off, n8n 2.41 starts again after a lease of 120 s, and looks every 15 s.
 */
const SLEEP_MS = 180_000;
/** n8n closes its triggers within 30 s when it shuts down. */
const SHUTDOWN_MS = 40_000;

/** The store as the receiver of one bot sees it. */
export class BotInbox {
  constructor(private readonly deps: BotInboxDeps) {}

  /** Where to go on polling; empty at first. */
  async cursor(): Promise<string> {
    const { bot, earlierConnection, open } = this.deps;
    const { inbox } = (await open()).store;
    return (await inbox.cursor(bot)) || (await inbox.cursor(earlierConnection));
  }

  /** Fails when nothing could be kept now. */
  async check(): Promise<void> {
    const { store } = await this.deps.open();
    await store.checkWritable(this.deps.clock.now());
  }

  /**
   * Keeps what a poll brought. When it has resolved, it is on the disk, and the cursor not before the messages.
   *
   * @param keepForLater whether what nobody takes is kept for whoever listens next
   * @returns how much of it is new; the rest came before
   */
  async keep(
    { messages, cursor, answeredBy, unreadable = [] }: Omit<Updates, 'holdMs' | 'bare'>,
    keepForLater = false,
  ): Promise<Kept> {
    const { bot, clock } = this.deps;
    const now = clock.now();
    const open = await this.deps.open();
    const lease = open.leaseHolder?.numberOf(bot);
    const writer = await this.prove(open, messages, answeredBy);
    const batch: Omit<ReceivedBatch, 'messages'> = {
      bot,
      connection: bot,
      login: bot,
      receivedAt: now,
      keepForLater,
      ...(writer && { writer }),
      ...(lease !== undefined && { lease }),
      sleepersSince: sleepersSince(open, now),
    };
    await this.keepUnreadable(open.store, unreadable, now);
    const kept: Kept = { messages: 0, echoes: 0, strays: 0 };
    for (let from = 0; from === 0 || from < messages.length; from += CHUNK) {
      if (from > 0) await new Promise((resolve) => setImmediate(resolve));
      const chunk = messages.slice(from, from + CHUNK);
      const isLast = from + CHUNK >= messages.length;
      const received = chunk.map(toReceived);
      const ends = isLast && cursor !== undefined ? { cursor } : {};
      count(kept, chunk, received, await open.store.inbox.receive({ ...batch, messages: received, ...ends }));
    }
    return kept;
  }

  private async keepUnreadable(
    store: Store,
    unreadable: NonNullable<Updates['unreadable']>,
    now: number,
  ): Promise<void> {
    if (unreadable.length === 0) return;
    const { bot, report } = this.deps;
    const fresh = await store.unreadable.keep(bot, piecesOf(unreadable), unreadableEvent(unreadable, now));
    if (fresh > 0) {
      report({ code: 'unreadable_kept', facts: { pieces: fresh } });
    }
  }

  /** A message says whose bot it is; what is kept of that person has to be there before it is handed over. */
  private async prove(
    open: OpenStore,
    messages: readonly IncomingMessage[],
    answeredBy: string | undefined,
  ): Promise<ReceivedBatch['writer']> {
    const person = personIn(messages);
    if (person === undefined || answeredBy === undefined) return undefined;
    const proof = proofOf(this.deps.bot, answeredBy, person);
    if (await open.store.logins.prove(proof)) open.lookFromStart();
    return { realm: proof.realm, userId: proof.userId };
  }

  /** Calls back as soon as another process says what it did for this bot. See {@link Store.onNews}. */
  async onNews(listener: (news: News) => void): Promise<() => void> {
    return (await this.deps.open()).store.onNews(this.deps.bot, listener);
  }

  /** A number that changes when another process has written. */
  async version(): Promise<number> {
    return (await this.deps.open()).store.version();
  }
}

/**
 * For whom messages are still kept. Right after a start, those who were awake when the process before this one ended
 * count, however long ago that was: n8n starts its workflows one after another, and the first one to poll gets all that
 * has piled up.
 */
function sleepersSince({ startedAt, previousEnd }: OpenStore, now: number): number {
  const starting = now - startedAt < SLEEP_MS && previousEnd > 0;
  return Math.min(now - SLEEP_MS, starting ? previousEnd - SHUTDOWN_MS : Infinity);
}

function count(
  kept: Kept,
  chunk: IncomingMessage[],
  received: ReceivedMessage[],
  fresh: StoredMessage[],
): void {
  const strays = new Set(
    chunk.flatMap((message, at) => (kindOfIncoming(message) === 'stray' ? [received[at]!.body] : [])),
  );
  for (const { kind, body } of fresh) {
    if (kind === 'echo') kept.echoes++;
    else if (strays.has(body)) kept.strays++;
    else kept.messages++;
  }
}

function toReceived(message: IncomingMessage): ReceivedMessage {
  const { raw, fromUserId, contextToken } = message;
  return {
    body: JSON.stringify(raw) ?? 'null',
    userId: fromUserId ?? '',
    ...(contextToken !== undefined && { contextToken }),
    ids: quotableIds(message),
    keys: duplicateKeys(message),
    ...(kindOfIncoming(message) === 'echo' && { isEcho: true }),
  };
}
