import type { Clock } from '../ilink/clock';

/** How much is let through: so many at once, and so many per second after that. */
export interface Rate {
  burst: number;
  perSecond: number;
}

interface Bucket {
  tokens: number;
  at: number;
}

/**
 * Lets so much through per key. Keeps a bounded number of keys: the one that was heard of longest ago is forgotten first, which
 * gives it a full bucket again.
 */
export class RateLimiter {
  private readonly buckets = new Map<string, Bucket>();

  constructor(
    private readonly clock: Pick<Clock, 'now'>,
    private readonly rate: Rate,
    private readonly mostKeys = 1_000,
  ) {}

  /** @returns 0 when it may, else in how many milliseconds it may again */
  take(key = ''): number {
    const { burst, perSecond } = this.rate;
    const now = this.clock.now();
    const { tokens, at } = this.buckets.get(key) ?? { tokens: burst, at: now };
    // A clock that was set back must not lock anybody out.
    const filled = Math.min(burst, tokens + (Math.max(0, now - at) * perSecond) / 1_000);
    const may = filled >= 1;
    this.buckets.delete(key);
    this.buckets.set(key, { tokens: may ? filled - 1 : filled, at: now });
    if (this.buckets.size > this.mostKeys) this.buckets.delete(this.buckets.keys().next().value!);
    return may ? 0 : Math.ceil(((1 - filled) * 1_000) / perSecond);
  }
}

/** A page asks every 1.5 s, and at once when somebody does something. Several tabs may show it. */
const LINK: Rate = { burst: 30, perSecond: 4 };
/** Each start asks WeChat for a code. */
const START: Rate = { burst: 6, perSecond: 0.1 };
/** Whoever has no link that is known here: link previews, people who have just got one, and everybody else. */
const STRANGERS: Rate = { burst: 100, perSecond: 20 };
const ALL: Rate = { burst: 400, perSecond: 100 };
const MOST_LINKS = 1_000;

/** How much the login pages of this process let through: per link, of everybody without one together, and in all. */
export class PageRates {
  private readonly all: RateLimiter;
  private readonly strangers: RateLimiter;
  private readonly links: RateLimiter;
  private readonly starts: RateLimiter;
  /** Links that were found in the store; what strangers do takes nothing from those who have one. */
  private readonly known = new Set<string>();

  constructor(clock: Pick<Clock, 'now'>) {
    this.all = new RateLimiter(clock, ALL);
    this.strangers = new RateLimiter(clock, STRANGERS);
    this.links = new RateLimiter(clock, LINK, MOST_LINKS);
    this.starts = new RateLimiter(clock, START, MOST_LINKS);
  }

  /**
   * Counts one request.
   *
   * @param link digest of the ticket; empty without one
   * @returns 0 when it may be answered, else after how many milliseconds to ask again
   */
  take(link: string, isStart = false): number {
    if (!this.known.has(link)) return this.strangers.take() || this.all.take();
    const waitMs = this.links.take(link) || (isStart ? this.starts.take(link) : 0);
    return waitMs || this.all.take();
  }

  /** The link exists: from now on it has a rate of its own. */
  meet(link: string): void {
    this.known.delete(link);
    this.known.add(link);
    if (this.known.size > MOST_LINKS) this.known.delete(this.known.values().next().value!);
  }
}
