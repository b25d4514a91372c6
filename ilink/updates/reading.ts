import { readMessage, type IncomingMessage } from '../incoming';
import type { Json, JsonObject } from '../json';
import { isSpace } from './lexer';
import { looksLikeMessage } from './message-text';
import { nextMessage } from './search';
import type { Steps } from './steps';
import { UnreadablePieces, type Unreadable, type UnreadableReason } from './unreadable';
import { ValueReader, type Value } from './values';

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

/** What is no message is given out like one, but only so many of one reply. */
const MAX_STRAYS = 100;
const SHORT_STRAY_BYTES = 32;

/** Some programs write it before UTF-8. It is no part of the JSON, and no damage either. */
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const COLON = 0x3a;

/**
 * Reads a reply to getupdates message by message. The server does not repeat what it has delivered, so a bad byte, a cut
 * number or a message that is nested too deeply costs that message and not its neighbours: behind the damage the next
 * object that looks like a message is searched for. Takes a time that grows with the length only, and yields every few
 * milliseconds.
 */
export class ReplyReader {
  private readonly fields: JsonObject = {};
  private messages: IncomingMessage[] | undefined;
  private readonly unreadable = new UnreadablePieces();
  private readonly strays = new Set<string>();
  private strayCount = 0;
  private readonly bytes: Buffer;
  private readonly reader: ValueReader;

  constructor(reply: Buffer) {
    this.bytes = reply.subarray(
      reply.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length : 0,
    );
    this.reader = new ValueReader(this.bytes);
  }

  *read(): Steps<Reading> {
    const { reader, fields } = this;
    reader.skipSpace();
    const isWhole = reader.byte === OPEN_OBJECT && (yield* this.members(reader.at + 1));
    if (!isWhole) yield* this.searchOn(reader.at);
    this.takeMisnamedList();
    const { messages } = this;
    const named = Object.hasOwn(fields, 'msgs') || Object.hasOwn(fields, 'get_updates_buf');
    const isSomething = (messages?.length ?? 0) > 0 || named || this.names('"msgs"', '"get_updates_buf"');
    const isReply = isWhole || isSomething;
    return { fields, ...(messages && { messages }), unreadable: isReply ? this.unreadable.all : [], isReply };
  }

  /** The members of the reply. @returns whether it ended as JSON does; else the reader stands where the damage begins */
  private *members(from: number): Steps<boolean> {
    const { reader } = this;
    reader.at = from;
    reader.skipSpace();
    if (reader.take(CLOSE_OBJECT)) return reader.isEnd();
    for (;;) {
      reader.skipSpace();
      const from = reader.at;
      const key = reader.byte === QUOTE ? yield* reader.value() : undefined;
      reader.skipSpace();
      if (!key || !reader.take(COLON)) return reader.fail(from);
      const name = String(reader.parse(key));
      reader.skipSpace();
      const isList = name === 'msgs' && reader.byte === OPEN_LIST;
      if (!(isList ? yield* this.list() : yield* this.field(name))) return false;
      reader.skipSpace();
      if (reader.take(CLOSE_OBJECT)) return reader.isEnd();
      if (!reader.take(COMMA)) return false;
    }
  }

  private *field(name: string): Steps<boolean> {
    const { reader } = this;
    const from = reader.at;
    const value = yield* reader.value();
    if (!value) return reader.fail(from);
    if (name === 'msgs') this.oneMessage(value);
    else if (reader.troubleOf(value) === undefined) this.fields[name] = reader.parse(value);
    return true;
  }

  /** One byte in the name of the list is enough to hide all of its messages. */
  private takeMisnamedList(): void {
    if (this.messages) return;
    const list = Object.values(this.fields).find(
      (value) => Array.isArray(value) && value.some(looksLikeMessage),
    );
    if (Array.isArray(list)) this.messages = list.map(readMessage);
  }

  /** A message that does not stand in a list is still one; an empty object is how some servers write an empty list. */
  private oneMessage(value: Value): void {
    const trouble = this.reader.troubleOf(value);
    if (trouble) return this.keepPiece(value.from, value.to, trouble);
    const single = this.reader.parse(value);
    if (typeof single !== 'object' || single === null) return;
    this.messages ??= [];
    if (Object.keys(single).length > 0) this.push(single);
  }

  /** The elements of `msgs`. @returns false when the damage could not be passed */
  private *list(): Steps<boolean> {
    const { reader } = this;
    this.messages ??= [];
    reader.at++;
    reader.skipSpace();
    if (reader.take(CLOSE_LIST)) return true;
    for (;;) {
      reader.skipSpace();
      const from = reader.at;
      const value = yield* reader.value();
      reader.skipSpace();
      const next = reader.byte;
      // What follows tells whether this was a message, or a part of one that lost its beginning.
      if (!value || (next !== COMMA && next !== CLOSE_LIST)) {
        if (!(yield* this.searchFrom(from))) return false;
        continue;
      }
      this.element(value);
      reader.at++;
      if (next === CLOSE_LIST) return true;
    }
  }

  private element(value: Value): void {
    const { reader } = this;
    const trouble = reader.troubleOf(value);
    if (trouble) return this.keepPiece(value.from, value.to, trouble);
    const short = value.to - value.from <= SHORT_STRAY_BYTES && reader.text(value.from, value.to);
    // Millions of the same are one.
    if (short !== false && this.strays.has(short)) return;
    const message = reader.parse(value);
    if (!looksLikeMessage(message)) {
      this.strayCount++;
      if (this.strayCount > MAX_STRAYS) return this.keepPiece(value.from, value.to, 'too_many');
      if (short !== false) this.strays.add(short);
    }
    this.push(message);
  }

  /**
   * Keeps what lies before the next message that can be read, takes that message, and stands where the next element begins.
   *
   * @returns false when there is none; the reader then stands where the damage begins
   */
  private *searchFrom(from: number): Steps<boolean> {
    const { reader } = this;
    const found = yield* nextMessage(reader, from);
    if (!found) return reader.fail(from);
    this.keepPiece(from, found.value.from, 'not_json');
    this.push(found.message);
    reader.at = found.value.to;
    reader.skipSpace();
    // The list may go on, or end here; whatever else stands here belongs to the next piece.
    if (reader.byte === CLOSE_LIST) return reader.fail(reader.at);
    reader.take(COMMA);
    return true;
  }

  /** The structure of the reply itself is damaged: takes every message that there is, and looks for the cursor. */
  private *searchOn(from: number): Steps<void> {
    let at = from;
    for (;;) {
      const found = yield* nextMessage(this.reader, at);
      if (!found) break;
      this.keepPiece(at, found.value.from, 'not_json');
      this.push(found.message);
      at = found.value.to;
    }
    this.keepPiece(at, yield* this.restOfReply(at), 'not_json');
  }

  /**
   * What follows the last message may be whole: reads the members from the cursor on.
   *
   * @returns where they begin, or the end of the bytes
   */
  private *restOfReply(from: number): Steps<number> {
    const { bytes, fields } = this;
    const at = bytes.indexOf('"get_updates_buf"', from);
    if (at < 0) return bytes.length;
    yield* this.members(at);
    const hasCursor = typeof fields.get_updates_buf === 'string';
    // A list that is named beside it would have been read: the name stood in a text.
    return hasCursor ? at : bytes.length;
  }

  private push(message: Json): void {
    (this.messages ??= []).push(readMessage(message));
  }

  private keepPiece(from: number, to: number, reason: UnreadableReason): void {
    this.unreadable.keep(this.bytes.subarray(from, to), reason);
  }

  private names(...names: string[]): boolean {
    let at = 0;
    while (isSpace(this.bytes[at])) at++;
    return this.bytes[at] === OPEN_OBJECT && names.some((name) => this.bytes.includes(name));
  }
}
