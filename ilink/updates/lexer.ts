/** How deep values may stand in each other. JSON.parse, JSON.stringify and whoever copies values go down by calling themselves. */
export const MAX_DEPTH = 500;

/** How far {@link Lexer.step} came: to the end of the value, to a place where it cannot go on, or its budget is used up. */
export type LexState = 'more' | 'done' | 'bad';

/** What the grammar allows next. */
const VALUE = 0;
const VALUE_OR_END = 1;
const KEY = 2;
const KEY_OR_END = 3;
const COLON = 4;
const COMMA_OR_END = 5;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const COMMA = 0x2c;
const SMALL_U = 0x75;

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
/** Longer than any number that means something. */
const MAX_WORD_BYTES = 1_000;
const ESCAPES = new Set([...'"\\/bfnrtu'].map((char) => char.charCodeAt(0)));
const WORDS = new Set(['true', 'false', 'null']);

export function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/**
 * Finds where one JSON value ends, without recursion and in steps, so that neither its depth nor its length can stop the
 * process. What it calls done, JSON.parse takes, with two exceptions that it counts: raw control characters in texts, and what
 * lies deeper than {@link MAX_DEPTH}, where only brackets are counted.
 */
export class Lexer {
  /** Behind the value when it is done; where it became wrong when it is bad. */
  at = 0;
  /** How deep it went, as far as that is looked at, and how many values it holds. */
  deepest = 0;
  values = 0;
  /** Whether texts hold control characters as they are, which JSON forbids. */
  hasControls = false;
  private depth = 0;
  private expected = VALUE;
  private inString = false;
  private stringIsKey = false;
  private readonly isObject = new Uint8Array(MAX_DEPTH + 1);

  constructor(private readonly bytes: Uint8Array) {}

  /** Begins with the value at `at`, where no white space stands. */
  start(at: number): void {
    this.at = at;
    this.deepest = this.values = this.depth = 0;
    this.expected = VALUE;
    this.inString = this.stringIsKey = this.hasControls = false;
  }

  /** Goes on for about `budget` bytes. */
  step(budget: number): LexState {
    const end = Math.min(this.bytes.length, this.at + budget);
    while (this.at < end) {
      const state = this.inString ? this.stringPiece(end) : this.token();
      if (state !== 'more') return state;
    }
    return this.at >= this.bytes.length ? 'bad' : 'more';
  }

  private stringPiece(end: number): LexState {
    const { bytes } = this;
    let at = this.at;
    let byte = 0;
    while (at < end) {
      byte = bytes[at]!;
      if (byte === QUOTE || byte === BACKSLASH) break;
      if (byte < 0x20) this.hasControls = true;
      at++;
    }
    this.at = at;
    if (at >= end) return 'more';
    if (byte === BACKSLASH) return this.escape();
    this.at++;
    this.inString = false;
    if (!this.stringIsKey) return this.valueEnded();
    this.expected = COLON;
    return 'more';
  }

  private escape(): LexState {
    const char = this.bytes[this.at + 1];
    if (char === undefined || !ESCAPES.has(char)) return 'bad';
    if (char === SMALL_U) {
      for (let digit = 2; digit < 6; digit++) if (!isHex(this.bytes[this.at + digit])) return 'bad';
      this.at += 6;
    } else this.at += 2;
    return 'more';
  }

  private token(): LexState {
    const byte = this.bytes[this.at]!;
    if (isSpace(byte)) {
      this.at++;
      return 'more';
    }
    if (this.depth > MAX_DEPTH) return this.countBracket(byte);
    switch (this.expected) {
      case KEY_OR_END:
      case KEY:
        if (byte === CLOSE_OBJECT && this.expected === KEY_OR_END) return this.close(byte);
        return byte === QUOTE ? this.openString(true) : 'bad';
      case COLON:
        if (byte !== 0x3a) return 'bad';
        this.at++;
        this.expected = VALUE;
        return 'more';
      case COMMA_OR_END:
        if (byte !== COMMA) return this.close(byte);
        this.at++;
        this.expected = this.isObject[this.depth] ? KEY : VALUE;
        return 'more';
      default:
        if (byte === CLOSE_LIST && this.expected === VALUE_OR_END) return this.close(byte);
        return this.value(byte);
    }
  }

  private value(byte: number): LexState {
    this.values++;
    if (byte === QUOTE) return this.openString(false);
    if (byte === OPEN_OBJECT || byte === OPEN_LIST) return this.open(byte);
    return this.word();
  }

  private openString(isKey: boolean): LexState {
    this.at++;
    this.inString = true;
    this.stringIsKey = isKey;
    return 'more';
  }

  private open(byte: number): LexState {
    this.at++;
    this.depth++;
    this.deepest = Math.max(this.deepest, this.depth);
    if (this.depth > MAX_DEPTH) return 'more';
    const isObject = byte === OPEN_OBJECT;
    this.isObject[this.depth] = isObject ? 1 : 0;
    this.expected = isObject ? KEY_OR_END : VALUE_OR_END;
    return 'more';
  }

  private close(byte: number): LexState {
    if (byte !== (this.isObject[this.depth] ? CLOSE_OBJECT : CLOSE_LIST)) return 'bad';
    this.at++;
    this.depth--;
    return this.valueEnded();
  }

  /** So deep down only the way out matters. */
  private countBracket(byte: number): LexState {
    if (byte === QUOTE) {
      this.at++;
      this.inString = this.stringIsKey = true;
      return 'more';
    }
    this.at++;
    if (byte === OPEN_OBJECT || byte === OPEN_LIST) this.depth++;
    else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) {
      this.depth--;
      if (this.depth <= MAX_DEPTH) return this.valueEnded();
    }
    return 'more';
  }

  /** A number, or true, false, null. */
  private word(): LexState {
    const from = this.at;
    const most = Math.min(this.bytes.length, from + MAX_WORD_BYTES);
    let to = from;
    while (to < most && isWordByte(this.bytes[to]!)) to++;
    const word = Buffer.from(this.bytes.subarray(from, to)).toString('latin1');
    if (!WORDS.has(word) && !NUMBER.test(word)) return 'bad';
    this.at = to;
    return this.valueEnded();
  }

  private valueEnded(): LexState {
    this.expected = COMMA_OR_END;
    return this.depth === 0 ? 'done' : 'more';
  }
}

function isHex(byte: number | undefined): boolean {
  return byte !== undefined && /[0-9a-fA-F]/.test(String.fromCharCode(byte));
}

function isWordByte(byte: number): boolean {
  return (
    (byte >= 0x30 && byte <= 0x39) ||
    (byte >= 0x61 && byte <= 0x7a) ||
    byte === 0x45 ||
    byte === 0x2b ||
    byte === 0x2d ||
    byte === 0x2e
  );
}
