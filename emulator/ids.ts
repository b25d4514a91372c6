import { createCipheriv, createDecipheriv, randomBytes, randomInt } from 'node:crypto';

/**
 * Fields that are uint64 on the wire: bare JSON numbers, mostly above 2^53 (protocol.md, "Receiving"). In memory they are
 * strings of digits, because a JavaScript number would change them.
 */
const UINT64_FIELDS = new Set(['message_id', 'msg_id', 'svr_id']);

/** Node ≥ 22 has both halves of the "JSON.parse source text access" proposal; TypeScript's library does not know them yet. */
const json = JSON as unknown as {
  rawJSON(text: string): unknown;
  parse(
    text: string,
    reviver: (key: string, value: unknown, context: { source?: string }) => unknown,
  ): unknown;
};

/**
 * JSON as Tencent's server writes it: ids leave as bare numbers with exactly their digits.
 * @param value anything that JSON.stringify takes
 */
export function toWireJson(value: unknown): string {
  return JSON.stringify(value, (key, field: unknown) =>
    UINT64_FIELDS.has(key) && typeof field === 'string' && /^\d{1,20}$/.test(field)
      ? json.rawJSON(field)
      : field,
  );
}

/** Parses JSON without loss: an integer that does not fit a JavaScript number comes out as a string of its digits. */
export function parseLossless(text: string): unknown {
  return json.parse(text, (_key, value, context) =>
    typeof value === 'number' &&
    context.source !== undefined &&
    /^-?\d+$/.test(context.source) &&
    !Number.isSafeInteger(value)
      ? context.source
      : value,
  );
}

/** A source of message ids: they rise, and every one is above 2^53 and within uint64. */
export class MessageIds {
  private last = 7_400_000_000_000_000_001n + 2n * BigInt(randomInt(2 ** 40));

  /** The next id as a string of digits. */
  next(): string {
    // An irregular step to an odd number: a client that goes through a double lands on a wrong id every time.
    this.last += BigInt(2 + 2 * randomInt(500));
    return this.last.toString();
  }
}

/** `bytes` random bytes as text that survives a URL. */
export function randomText(bytes: number): string {
  return randomBytes(bytes).toString('base64url');
}

const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Makes the opaque values that the server hands out and wants back (cursor, context token, typing ticket). They look random,
 * hold one number, and open only for the purpose and owner they were made for, so the emulator keeps no list of them
 * and its memory stays flat.
 */
export class Seals {
  private readonly key = randomBytes(32);

  /** @param owner what the value belongs to, for example `['context', bot_id, user_id]` */
  seal(owner: readonly string[], value: number): string {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.key, iv).setAAD(Buffer.from(JSON.stringify(owner)));
    const plain = Buffer.alloc(8);
    plain.writeDoubleBE(value);
    const sealed = cipher.update(plain);
    cipher.final();
    return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64');
  }

  /** The sealed number, or undefined when the text was not made by `seal` for this owner. */
  open(owner: readonly string[], text: string): number | undefined {
    const raw = Buffer.from(text, 'base64');
    if (raw.length !== IV_BYTES + TAG_BYTES + 8) return undefined;
    const decipher = createDecipheriv('aes-256-gcm', this.key, raw.subarray(0, IV_BYTES))
      .setAAD(Buffer.from(JSON.stringify(owner)))
      .setAuthTag(raw.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    const plain = decipher.update(raw.subarray(IV_BYTES + TAG_BYTES));
    try {
      decipher.final();
    } catch {
      return undefined; // The tag does not fit: forged, or made for somebody else.
    }
    return plain.readDoubleBE();
  }
}
