import type { DropRecord, RequestRecord } from './types';

/** A list that keeps at least its last `limit` entries and never more than twice as many, at a constant cost per entry. */
export class BoundedList<T> {
  /** Oldest first. The array stays the same object, so whoever holds it sees what comes. */
  readonly entries: T[] = [];

  constructor(private readonly limit: number) {}

  push(entry: T): void {
    this.entries.push(entry);
    if (this.entries.length >= this.limit * 2) this.entries.splice(0, this.entries.length - this.limit);
  }
}

/** A map that forgets its oldest entry when it holds more than `limit`. */
export class BoundedMap<K, V> {
  private readonly map = new Map<K, V>();

  constructor(private readonly limit: number) {}

  get(key: K): V | undefined {
    return this.map.get(key);
  }

  set(key: K, value: V): void {
    this.map.set(key, value);
    if (this.map.size <= this.limit) return;
    for (const oldest of this.map.keys()) {
      this.map.delete(oldest);
      return;
    }
  }
}

/** How many requests and notes are kept: enough for any test to look back, little enough for a long soak. */
const KEPT_RECORDS = 20_000;

/** What came in, and what was not delivered or looked wrong, and why. */
export class Records {
  readonly requests = new BoundedList<RequestRecord>(KEPT_RECORDS);
  readonly dropped = new BoundedList<DropRecord>(KEPT_RECORDS);
}
