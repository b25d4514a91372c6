/** One place in which a message is under way. */
export interface Place {
  userId: string;
  /** When it is free again at the latest. */
  until: number;
}

/** The places in which messages are under way, and who has how many of them. */
export class Places {
  /** In the order in which they become free. */
  private readonly places = new Set<Place>();
  private readonly ofUser = new Map<string, number>();

  isFull(concurrency: number): boolean {
    return this.places.size >= concurrency;
  }

  /** One user may take half of the places at the most: a slow conversation must not hold up everybody else. */
  hasEnough(userId: string, concurrency: number): boolean {
    return (this.ofUser.get(userId) ?? 0) >= Math.max(1, Math.floor(concurrency / 2));
  }

  /** @param until not before that of the place that was taken last; `Infinity` until it is given back */
  take(userId: string, until: number): Place {
    const place = { userId, until };
    this.places.add(place);
    this.ofUser.set(userId, (this.ofUser.get(userId) ?? 0) + 1);
    return place;
  }

  /** Gives a place back. @returns whether it was still taken */
  free(place: Place): boolean {
    if (!this.places.delete(place)) return false;
    const left = this.ofUser.get(place.userId)! - 1;
    if (left > 0) this.ofUser.set(place.userId, left);
    else this.ofUser.delete(place.userId);
    return true;
  }

  /** No place is taken for longer than this. */
  endBy(until: number): void {
    for (const place of this.places) place.until = Math.min(place.until, until);
  }

  /** Frees those whose time is over. @returns them */
  freeDue(now: number): Place[] {
    const due: Place[] = [];
    for (const place of this.places) {
      if (place.until > now) break;
      due.push(place);
    }
    due.forEach((place) => this.free(place));
    return due;
  }

  /** When the next one is free at the latest; nothing when none is taken. */
  get nextFreeAt(): number | undefined {
    for (const { until } of this.places) return until;
    return undefined;
  }
}
