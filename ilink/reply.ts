import type { Endpoint } from './endpoints';
import { ILinkReplyError } from './errors';
import { parseLossless } from './json';
import type { HttpAnswer } from './transport';
import { ReplyReader, type Reading } from './updates/reading';
import { inSteps } from './updates/steps';
import type { ReplyCodes } from './wire';

/**
 * Whether it is an id: a uint64 as its digits. Zero is how an id that was never given looks on the wire, and what is no number is none either: such a
 * message is as unconfirmed as one without the field.
 */
export function isId(value: unknown): value is string {
  return typeof value === 'string' && /^\d{1,20}$/.test(value) && !/^0*$/.test(value);
}

/** Whether it is a cursor: anything else cannot be sent back, nor kept. */
export function isCursor(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

/** A reply to getupdates, however much of it can be read. @throws ILinkReplyError when it did not come from the API */
export async function readUpdates({ body, cutBy }: HttpAnswer): Promise<Reading & { isBare: boolean }> {
  if (body.length === 0) return { fields: {}, unreadable: [], isReply: true, isBare: true };
  const reading = await inSteps(new ReplyReader(body).read());
  if (reading.isReply) return { ...reading, isBare: reading.messages === undefined };
  if (cutBy !== undefined) throw cutBy;
  throw new ILinkReplyError('getupdates', { code: 'not_updates', facts: { bytes: body.length } });
}

/** An empty body counts as `{}`, which counts as success. @throws ILinkReplyError for anything but a JSON object: it did not come from the API */
export function parseReply<Reply extends ReplyCodes>(endpoint: Endpoint, body: Buffer): Reply {
  if (body.length === 0) return {} as Reply;
  let reply: unknown;
  try {
    reply = parseLossless(body.toString('utf8'));
  } catch {
    throw new ILinkReplyError(endpoint, { code: 'not_json', facts: { bytes: body.length } });
  }
  if (typeof reply !== 'object' || reply === null || Array.isArray(reply)) {
    throw new ILinkReplyError(endpoint, { code: 'no_object' });
  }
  return reply as Reply;
}
