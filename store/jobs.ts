/** What one process does for all that share the store. */
export interface Jobs {
  /** @returns whether `name` falls to the caller: nobody has begun it within `everyMs` before `now` */
  claim(name: string, now: number, everyMs: number): Promise<boolean>;
}
