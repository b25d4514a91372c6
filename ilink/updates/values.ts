import { parseLossless, type Json } from '../json';
import { isSpace, Lexer, MAX_DEPTH } from './lexer';
import { escapeControls } from './message-text';
import type { Steps } from './steps';
import type { UnreadableReason } from './unreadable';

/** Where a value stands, and what was seen of it while its end was looked for. */
export interface Value {
  from: number;
  to: number;
  deepest: number;
  values: number;
  hasControls: boolean;
}

/** A text has 16 kB at the most. */
const MAX_MESSAGE_BYTES = 1024 * 1024;
/** As many values as JSON.parse with a reviver takes in about 10 ms. */
const MAX_MESSAGE_VALUES = 20_000;
/** About 5 ms. A value that is parsed costs as much as so many bytes that are only looked at. */
const STEP_BYTES = 256 * 1024;
const VALUE_COST = 16;
/** Of each value, also of the smallest. */
const START_COST = 64;

/** A place in bytes that hold JSON, which moves behind what was read there. Nothing that it reads takes long without a pause. */
export class ValueReader {
  at = 0;
  private readonly lexer: Lexer;
  private work = 0;

  constructor(readonly bytes: Buffer) {
    this.lexer = new Lexer(bytes);
  }

  /** The byte at the place; nothing at the end. */
  get byte(): number | undefined {
    return this.bytes[this.at];
  }

  /** How far the last value was looked at, whether it is one or not. */
  get seenTo(): number {
    return this.lexer.at;
  }

  /** Moves behind the value at the place. @returns nothing when it is not JSON */
  *value(): Steps<Value | undefined> {
    const { lexer } = this;
    const from = this.at;
    lexer.start(from);
    for (;;) {
      const before = lexer.at;
      const state = lexer.step(STEP_BYTES);
      if (this.worked(lexer.at - before)) yield;
      if (state === 'more') continue;
      if (state === 'bad') return undefined;
      const { at: to, deepest, values, hasControls } = lexer;
      this.at = to;
      if (this.worked(START_COST + VALUE_COST * Math.min(values, MAX_MESSAGE_VALUES))) yield;
      return { from, to, deepest, values, hasControls };
    }
  }

  /** Why a value is not to be parsed: it would hold up the process, or end it. */
  troubleOf({ from, to, deepest, values }: Value): UnreadableReason | undefined {
    if (deepest > MAX_DEPTH) return 'too_deep';
    return to - from > MAX_MESSAGE_BYTES || values > MAX_MESSAGE_VALUES ? 'too_large' : undefined;
  }

  parse({ from, to, hasControls }: Value): Json {
    const text = this.text(from, to);
    return parseLossless(hasControls ? escapeControls(text) : text);
  }

  text(from: number, to: number): string {
    return this.bytes.toString('utf8', from, to);
  }

  skipSpace(): void {
    while (isSpace(this.byte)) this.at++;
  }

  /** Moves behind `byte`. @returns false when another one stands there */
  take(byte: number): boolean {
    if (this.byte !== byte) return false;
    this.at++;
    return true;
  }

  /** Whether nothing but white space follows. */
  isEnd(): boolean {
    this.skipSpace();
    return this.at >= this.bytes.length;
  }

  /** Moves to `at`. @returns false, which says that something failed there */
  fail(at: number): false {
    this.at = at;
    return false;
  }

  private worked(bytes: number): boolean {
    this.work += bytes;
    if (this.work < STEP_BYTES) return false;
    this.work = 0;
    return true;
  }
}
