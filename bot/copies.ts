/**
 * What all copies of this package share that one process has loaded: n8n's own dialog for updates loads the new code beside the old
 * one, whose triggers go on until they are switched off. Copies of other versions read and write it, too, so it is as small as can
 * be and made of plain collections, and what is there keeps its meaning. What needs another shape gets another number in its name.
 */
interface Shared {
  /** How many copies there were. Each one takes the next number. */
  count: number;
  /** Which copies want to poll for a bot. */
  pollers: Map<string, Set<number>>;
  /** The messages that a subscriber is being given right now, by whichever copy. */
  underWay: Map<string, Set<number>>;
}

const NAME = Symbol.for('n8n-nodes-wechat-ilink/copies/1');

function sharedByProcess(): Shared {
  const all = globalThis as { [NAME]?: Shared };
  return (all[NAME] ??= { count: 0, pollers: new Map(), underWay: new Map() });
}

/** This copy of the package among all that are loaded in the process. The one that was loaded last is the one that the user wants. */
export class Copies {
  private readonly shared = sharedByProcess();
  private readonly number = ++this.shared.count;

  /** This copy wants to poll for a bot, until {@link leave}. */
  want(bot: string): void {
    const wanting = this.shared.pollers.get(bot) ?? new Set();
    this.shared.pollers.set(bot, wanting.add(this.number));
  }

  leave(bot: string): void {
    const wanting = this.shared.pollers.get(bot);
    wanting?.delete(this.number);
    if (wanting?.size === 0) this.shared.pollers.delete(bot);
  }

  /** Whether a copy that was loaded later wants to poll for the bot: then this one gives way. */
  givesWay(bot: string): boolean {
    return [...(this.shared.pollers.get(bot) ?? [])].some((number) => number > this.number);
  }

  /** Marks a message as being given to a subscriber. */
  begin(subscriber: string, seq: number): void {
    const numbers = this.shared.underWay.get(subscriber) ?? new Set();
    this.shared.underWay.set(subscriber, numbers.add(seq));
  }

  end(subscriber: string, seq: number): void {
    const numbers = this.shared.underWay.get(subscriber);
    numbers?.delete(seq);
    if (numbers?.size === 0) this.shared.underWay.delete(subscriber);
  }

  /** Whether any copy is giving the message to the subscriber. */
  isUnderWay(subscriber: string, seq: number): boolean {
    return this.shared.underWay.get(subscriber)?.has(seq) ?? false;
  }
}
