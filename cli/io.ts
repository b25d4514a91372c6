import type { Readable, Writable } from 'node:stream';

/** A stream to the user, which may be a terminal. */
export type Out = Writable & { isTTY?: boolean; columns?: number; rows?: number };

/** Everything between the command and whoever started it. */
export interface Io {
  stdin: Readable & { isTTY?: boolean };
  stdout: Out;
  stderr: Out;
  env: NodeJS.ProcessEnv;
}

/** What may be written to a stream. */
export interface Style {
  /** Lines may be rewritten. */
  redraw: boolean;
  color: boolean;
}

/** No terminal: neither. NO_COLOR (https://no-color.org) and a dumb terminal take the colours away. */
export function styleOf({ stdout, env }: Pick<Io, 'stdout' | 'env'>): Style {
  const redraw = stdout.isTTY === true && env.TERM !== 'dumb';
  return { redraw, color: redraw && !env.NO_COLOR };
}

/** Whether somebody sits in front of it and can be asked. */
export function isInteractive({ stdin, stdout }: Pick<Io, 'stdin' | 'stdout'>): boolean {
  return stdin.isTTY === true && stdout.isTTY === true;
}
