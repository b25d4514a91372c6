/** Leaves so many free places at the front before it moves the rest there. */
const SLACK = 64;

/** First in, first out: taking the first of a hundred thousand costs no more than taking the first of ten. */
export class Line<Item> {
  private items: Array<Item | undefined> = [];
  private start = 0;

  get length(): number {
    return this.items.length - this.start;
  }

  get first(): Item | undefined {
    return this.items[this.start];
  }

  get last(): Item | undefined {
    return this.length > 0 ? this.items.at(-1) : undefined;
  }

  push(item: Item): void {
    this.items.push(item);
  }

  /** Puts it before the first one for which `isLater` says so. */
  insert(item: Item, isLater: (other: Item) => boolean): void {
    let at = this.start;
    while (at < this.items.length && !isLater(this.items[at]!)) at++;
    if (at === this.start && at > 0) this.items[--this.start] = item;
    else this.items.splice(at, 0, item);
  }

  shift(): Item | undefined {
    if (this.length === 0) return undefined;
    const item = this.items[this.start];
    this.items[this.start++] = undefined;
    if (this.start > SLACK && this.start > this.length) {
      this.items = this.items.slice(this.start);
      this.start = 0;
    }
    return item;
  }
}
