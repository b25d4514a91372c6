/** How to reach a database. Nothing of it belongs into an error or a log but the host. */
export interface PostgresSettings {
  /** An address with everything in it; it wins over the single fields. */
  url?: string;
  host?: string;
  port?: number;
  database?: string;
  user?: string;
  password?: string;
  /** Absent: without TLS, or as the address says. */
  tls?: { ca?: string; cert?: string; key?: string; rejectUnauthorized: boolean };
}

/** The clock of this process. */
export interface StoreTime {
  /** Milliseconds since 1970. */
  now(): number;
  /** Milliseconds that only ever grow. */
  elapsed(): number;
  /**
   * Calls back later, unless the function that it gives is called first.
   *
   * @param isBackground whether the process may end before
   */
  after(delayMs: number, callback: () => void, isBackground?: boolean): () => void;
}
