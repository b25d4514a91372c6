interface Entry<Item> {
  at: number;
  /** Of two with one time the one that came first is first. */
  order: number;
  item: Item;
}

/** What is to happen when: a heap, so that a hundred thousand entries cost each step about as much as seventeen would. */
export class Timetable<Item> {
  private readonly heap: Array<Entry<Item>> = [];
  private count = 0;

  /** When the next one is due; nothing when there is none. */
  get nextAt(): number | undefined {
    return this.heap[0]?.at;
  }

  add(at: number, item: Item): void {
    const entry = { at, order: this.count++, item };
    let index = this.heap.push(entry) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!isBefore(entry, this.heap[parent]!)) break;
      this.heap[index] = this.heap[parent]!;
      index = parent;
    }
    this.heap[index] = entry;
  }

  /** Takes out what is due, in order. */
  takeDue(now: number): Item[] {
    const due: Item[] = [];
    while (this.heap.length > 0 && this.heap[0]!.at <= now) due.push(this.takeFirst());
    return due;
  }

  private takeFirst(): Item {
    const { heap } = this;
    const { item } = heap[0]!;
    const last = heap.pop()!;
    if (heap.length > 0) this.sink(last);
    return item;
  }

  /** Puts an entry where the first one was, and those above it that come before it. */
  private sink(entry: Entry<Item>): void {
    const { heap } = this;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (!isBefore(heap[child]!, entry)) break;
      heap[index] = heap[child]!;
      index = child;
    }
    heap[index] = entry;
  }
}

function isBefore<Item>(one: Entry<Item>, other: Entry<Item>): boolean {
  return one.at === other.at ? one.order < other.order : one.at < other.at;
}
