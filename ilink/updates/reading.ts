import { readMessage, type IncomingMessage } from '../incoming';
import { parseLossless, type Json, type JsonObject } from '../json';
import { isSpace, Lexer, MAX_DEPTH } from './lexer';
import { escapeControls, looksLikeMessage } from './message-text';
import type { Steps } from './steps';

/** Why a piece of a reply is no message. */
export type UnreadableReason = 'not_json' | 'too_deep' | 'too_large' | 'too_many';

/** A piece of a reply that could not be read. */
export interface Unreadable {
  reason: UnreadableReason;
  /** The piece as it came, or its beginning. */
  bytes: Buffer;
  /** How many bytes the whole piece has. */
  size: number;
}

/** What a reply to getupdates holds. */
export interface Reading {
  /** The fields beside the messages, as far as they could be read. */
  fields: JsonObject;
  /** Nothing when the reply names no messages at all. */
  messages?: IncomingMessage[];
  unreadable: Unreadable[];
  /** Whether it is a reply of the API: something else, such as a page of a proxy, may be no JSON either. */
  isReply: boolean;
}

/** How much of a piece that cannot be read is kept, and how many pieces of one reply. */
const KEPT_BYTES = 64 * 1024;
const MAX_PIECES = 100;
/** A text has 16 kB at the most. */
const MAX_MESSAGE_BYTES = 1024 * 1024;
/** As many values as JSON.parse with a reviver takes in about 10 ms. */
const MAX_MESSAGE_VALUES = 20_000;
/** What is no message is given out like one, but only so many of one reply. */
const MAX_STRAYS = 100;
const SHORT_STRAY_BYTES = 32;
/** About 5 ms. A value that is parsed costs as much as so many bytes that are only looked at. */
const STEP_BYTES = 256 * 1024;
const VALUE_COST = 16;
/** Of each value, also of the smallest. */
const START_COST = 64;
/** How often each byte may be looked at while the next message is searched for: damage must not make the time quadratic. */
const SEARCH_FACTOR = 16;

/** Some programs write it before UTF-8. It is no part of the JSON, and no damage either. */
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const COLON = 0x3a;

interface Value {
  from: number;
  to: number;
  deepest: number;
  values: number;
  hasControls: boolean;
}

/**
 * Reads a reply to getupdates message by message. The server does not repeat what it has delivered, so a bad byte, a cut
 * number or a message that is nested too deeply costs that message and not its neighbours: behind the damage the next
 * object that looks like a message is searched for. Takes a time that grows with the length only, and yields every few
 * milliseconds.
 */
export class ReplyReader {
  private readonly lexer: Lexer;
  private readonly reading: Reading = { fields: {}, unreadable: [], isReply: false };
  private readonly strays = new Set<string>();
  private strayCount = 0;
  private at = 0;
  private work = 0;

  private readonly bytes: Buffer;

  constructor(reply: Buffer) {
    this.bytes = reply.subarray(
      reply.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length : 0,
    );
    this.lexer = new Lexer(this.bytes);
  }

  *read(): Steps<Reading> {
    this.skipSpace();
    const isWhole = this.bytes[this.at] === OPEN_OBJECT && (yield* this.members(this.at + 1));
    if (!isWhole) yield* this.searchOn(this.at);
    this.takeMisnamedList();
    const { fields, unreadable, messages } = this.reading;
    const named = Object.hasOwn(fields, 'msgs') || Object.hasOwn(fields, 'get_updates_buf');
    const isSomething = (messages?.length ?? 0) > 0 || named || this.names('"msgs"', '"get_updates_buf"');
    this.reading.isReply = isWhole || isSomething;
    if (!this.reading.isReply) unreadable.length = 0;
    return this.reading;
  }

  /** The members of the reply. @returns whether it ended as JSON does; else `at` is where the damage begins */
  private *members(from: number): Steps<boolean> {
    this.at = from;
    this.skipSpace();
    if (this.take(CLOSE_OBJECT)) return this.isEnd();
    for (;;) {
      this.skipSpace();
      const from = this.at;
      const key = this.bytes[from] === QUOTE ? yield* this.value() : undefined;
      this.skipSpace();
      if (!key || !this.take(COLON)) return this.fail(from);
      const name = String(this.parse(key));
      this.skipSpace();
      const good =
        name === 'msgs' && this.bytes[this.at] === OPEN_LIST ? yield* this.list() : yield* this.field(name);
      if (!good) return false;
      this.skipSpace();
      if (this.take(CLOSE_OBJECT)) return this.isEnd();
      if (!this.take(COMMA)) return false;
    }
  }

  private *field(name: string): Steps<boolean> {
    const from = this.at;
    const value = yield* this.value();
    if (!value) return this.fail(from);
    if (name === 'msgs') this.oneMessage(value);
    else if (this.trouble(value) === undefined) this.reading.fields[name] = this.parse(value);
    return true;
  }

  /** One byte in the name of the list is enough to hide all of its messages. */
  private takeMisnamedList(): void {
    const { fields } = this.reading;
    if (this.reading.messages) return;
    const list = Object.values(fields).find((value) => Array.isArray(value) && value.some(looksLikeMessage));
    if (Array.isArray(list)) this.reading.messages = list.map(readMessage);
  }

  /** A message that does not stand in a list is still one; an empty object is how some servers write an empty list. */
  private oneMessage(value: Value): void {
    const trouble = this.trouble(value);
    if (trouble) return this.keepPiece(value.from, value.to, trouble);
    const single = this.parse(value);
    if (typeof single !== 'object' || single === null) return;
    this.reading.messages ??= [];
    if (Object.keys(single).length > 0) this.reading.messages.push(readMessage(single));
  }

  /** The elements of `msgs`. @returns false when the damage could not be passed */
  private *list(): Steps<boolean> {
    this.reading.messages ??= [];
    this.at++;
    this.skipSpace();
    if (this.take(CLOSE_LIST)) return true;
    for (;;) {
      this.skipSpace();
      const from = this.at;
      const value = yield* this.value();
      this.skipSpace();
      const next = this.bytes[this.at];
      // What follows tells whether this was a message, or a part of one that lost its beginning.
      if (!value || (next !== COMMA && next !== CLOSE_LIST)) {
        if (!(yield* this.searchFrom(from))) return false;
        continue;
      }
      this.element(value);
      this.at++;
      if (next === CLOSE_LIST) return true;
    }
  }

  private element(value: Value): void {
    const trouble = this.trouble(value);
    if (trouble) return this.keepPiece(value.from, value.to, trouble);
    const short = value.to - value.from <= SHORT_STRAY_BYTES && this.text(value.from, value.to);
    // Millions of the same are one.
    if (short !== false && this.strays.has(short)) return;
    const message = this.parse(value);
    if (!looksLikeMessage(message)) {
      this.strayCount++;
      if (this.strayCount > MAX_STRAYS) return this.keepPiece(value.from, value.to, 'too_many');
      if (short !== false) this.strays.add(short);
    }
    this.reading.messages!.push(readMessage(message));
  }

  /**
   * Keeps what lies before the next message that can be read, takes that message, and stands where the next element begins.
   *
   * @returns false when there is none; `at` is then where the damage begins
   */
  private *searchFrom(from: number): Steps<boolean> {
    const found = yield* this.nextMessage(from);
    if (!found) return this.fail(from);
    this.keepPiece(from, found.value.from, 'not_json');
    this.reading.messages ??= [];
    this.reading.messages.push(readMessage(found.message));
    this.at = found.value.to;
    this.skipSpace();
    // The list may go on, or end here; whatever else stands here belongs to the next piece.
    if (this.bytes[this.at] === CLOSE_LIST) return this.fail(this.at);
    this.take(COMMA);
    return true;
  }

  /** The structure of the reply itself is damaged: takes every message that there is, and looks for the cursor. */
  private *searchOn(from: number): Steps<void> {
    let at = from;
    for (;;) {
      const found = yield* this.nextMessage(at);
      if (!found) break;
      this.keepPiece(at, found.value.from, 'not_json');
      (this.reading.messages ??= []).push(readMessage(found.message));
      at = found.value.to;
    }
    yield* this.tail(at);
  }

  /** What follows the last message: the rest of the reply, which may be whole. */
  private *tail(from: number): Steps<void> {
    const end = yield* this.restOfReply(from);
    this.keepPiece(from, end, 'not_json');
  }

  /** Reads the members from the cursor on. @returns where they begin, or the end of the bytes */
  private *restOfReply(from: number): Steps<number> {
    const { bytes, reading } = this;
    const at = bytes.indexOf('"get_updates_buf"', from);
    if (at < 0) return bytes.length;
    yield* this.members(at);
    const hasCursor = typeof reading.fields.get_updates_buf === 'string';
    // A list that is named beside it would have been read: the name stood in a text.
    return hasCursor ? at : bytes.length;
  }

  /** The next object from `from` on that is JSON and looks like a message. */
  private *nextMessage(from: number): Steps<{ value: Value; message: Json } | undefined> {
    const { bytes } = this;
    let budget = SEARCH_FACTOR * (bytes.length - from);
    let at = bytes.indexOf(OPEN_OBJECT, from);
    while (at >= 0 && budget > 0) {
      if (this.mayBeObject(at)) {
        this.at = at;
        const value = yield* this.value();
        budget -= this.lexer.at - at;
        if (value && this.trouble(value) === undefined) {
          const message = this.parse(value);
          if (looksLikeMessage(message)) return { value, message };
        }
        // The parts of a whole value are no messages, unless it is the reply itself; those of a broken one may be.
        if (value && !this.isFrame(at)) at = value.to - 1;
      }
      at = bytes.indexOf(OPEN_OBJECT, at + 1);
    }
    return undefined;
  }

  private isFrame(at: number): boolean {
    return this.bytes.subarray(at, at + FRAME_BYTES).includes('"msgs"');
  }

  private mayBeObject(at: number): boolean {
    let next = at + 1;
    while (isSpace(this.bytes[next])) next++;
    return this.bytes[next] === QUOTE;
  }

  /** The value at `at`, and moves behind it. Nothing when it is not JSON. */
  private *value(): Steps<Value | undefined> {
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

  private worked(bytes: number): boolean {
    this.work += bytes;
    if (this.work < STEP_BYTES) return false;
    this.work = 0;
    return true;
  }

  private trouble({ from, to, deepest, values }: Value): UnreadableReason | undefined {
    if (deepest > MAX_DEPTH) return 'too_deep';
    return to - from > MAX_MESSAGE_BYTES || values > MAX_MESSAGE_VALUES ? 'too_large' : undefined;
  }

  private parse({ from, to, hasControls }: Value): Json {
    const text = this.text(from, to);
    return parseLossless(hasControls ? escapeControls(text) : text);
  }

  private text(from: number, to: number): string {
    return this.bytes.toString('utf8', from, to);
  }

  private keepPiece(from: number, to: number, reason: UnreadableReason): void {
    const { unreadable } = this.reading;
    const piece = this.bytes.subarray(from, to);
    // Between two messages stands a comma, and around all of them the frame of the reply.
    if (reason === 'not_json' && piece.subarray(0, FRAME_BYTES).every((byte) => FRAME.has(byte))) return;
    if (unreadable.length < MAX_PIECES) {
      const bytes = Buffer.from(piece.subarray(0, KEPT_BYTES));
      unreadable.push({ reason, bytes, size: to - from });
    } else unreadable.at(-1)!.size += to - from;
  }

  private names(...names: string[]): boolean {
    return this.bytes[this.firstByte()] === OPEN_OBJECT && names.some((name) => this.bytes.includes(name));
  }

  private firstByte(): number {
    let at = 0;
    while (isSpace(this.bytes[at])) at++;
    return at;
  }

  private skipSpace(): void {
    while (isSpace(this.bytes[this.at])) this.at++;
  }

  private take(byte: number): boolean {
    if (this.bytes[this.at] !== byte) return false;
    this.at++;
    return true;
  }

  private isEnd(): boolean {
    this.skipSpace();
    return this.at >= this.bytes.length;
  }

  private fail(at: number): false {
    this.at = at;
    return false;
  }
}

const FRAME = new Set([...Buffer.from(' \t\r\n,[]{}')]);
const FRAME_BYTES = 100;
