/** Small records that several processes work on together, such as a login under way: a text under a kind and a key. */
export interface Documents {
  /** The text; nothing when there is none, or when it has expired. */
  read(kind: string, key: string, now: number): Promise<string | undefined>;
  /** All of a kind that have not expired. */
  list(kind: string, now: number): Promise<Document[]>;
  /**
   * Writes a document, unless another text than `before` stands there by now (undefined: nothing). Deletes what has expired.
   *
   * @returns whether it was written
   */
  write(kind: string, document: Document, before: string | undefined, now: number): Promise<boolean>;
  remove(kind: string, key: string): Promise<void>;
}

export interface Document {
  key: string;
  body: string;
  /** Milliseconds since 1970. */
  expiresAt: number;
}
