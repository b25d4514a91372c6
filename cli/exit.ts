import { USAGE_PROBLEMS, type Words } from './texts';

/** How the command ended. Documented in the help; scripts depend on it. */
export const Exit = {
  Ok: 0,
  /** The login ended without a token, or the doctor found something that does not work. */
  Failed: 1,
  /** The command line does not make sense; nothing was done. */
  Usage: 2,
  /** The login succeeded, but the token is not where it was to go; it was kept in a file instead. */
  NotSaved: 3,
  /** Ctrl-C. */
  Interrupted: 130,
} as const;

/** Something went wrong, in words for the user: what happened, and what to do next. */
export class Problem extends Error {
  readonly next: string;

  constructor(
    { message, next }: Words,
    readonly exitCode: number = Exit.Failed,
  ) {
    super(message);
    this.name = 'Problem';
    this.next = next;
  }
}

/** The command line does not make sense. */
export class UsageProblem extends Problem {
  constructor({ message, next = USAGE_PROBLEMS.see() }: Pick<Words, 'message'> & Partial<Words>) {
    super({ message, next }, Exit.Usage);
  }
}

/** What `signal.reason` is after Ctrl-C. */
export class Interrupted extends Error {
  constructor(readonly exitCode: number = Exit.Interrupted) {
    super('interrupted');
    this.name = 'Interrupted';
  }
}
