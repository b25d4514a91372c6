/** How far sends came, for the one who tries again. */
export interface UnfinishedSends {
  /**
   * @param send a name that the next try has, too
   * @param durable whether it is on the disk when this is resolved, and not only safe from a crash of the process
   */
  note(send: string, progress: SendProgress, durable?: boolean): Promise<void>;
  /** What was noted under this name. */
  find(send: string): Promise<SendProgress | undefined>;
  /** Whether something was noted under a name that begins so. */
  hasAny(beginning: string): Promise<boolean>;
  /** The latest send of this content that broke off, whatever its name. */
  findBrokenOff(content: string): Promise<SendProgress | undefined>;
  forget(send: string): Promise<void>;
}

export interface SendProgress {
  /** The execution that came so far. */
  execution: string;
  /** Digest of what is sent, where, and to whom. */
  content: string;
  /** Whether it broke off, or may have: a process that dies cannot say. */
  isOpen: boolean;
  /** How far it came, as JSON. */
  state: string;
  /** Milliseconds since 1970. */
  at: number;
  /** Whose send it was. */
  bot?: string;
}
