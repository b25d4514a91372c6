import type { Endpoint } from './endpoints';
import { effectiveCode } from './effective-code';
import { ILinkReplyError } from './errors';
import type { ReplyCodes } from './wire';

/**
 * The codes of a reply as numbers, also where they came as text.
 *
 * @throws ILinkReplyError when a code cannot be read and no other one says what happened
 */
export function codesOf(
  endpoint: Endpoint,
  { ret, errcode }: ReplyCodes,
): { ret?: number; errcode?: number } {
  const read = { ret: readCode(ret), errcode: readCode(errcode) };
  const codes = {
    ...(typeof read.ret === 'number' && { ret: read.ret }),
    ...(typeof read.errcode === 'number' && { errcode: read.errcode }),
  };
  const isGarbled = read.ret === 'garbled' || read.errcode === 'garbled';
  if (isGarbled && effectiveCode(codes) === 0)
    throw new ILinkReplyError(endpoint, { code: 'errcode_no_number' });
  return codes;
}

function readCode(value: unknown): number | undefined | 'garbled' {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string' && value.trim() === '') return undefined;
  const isNumeral = typeof value === 'string' && /^\s*[+-]?\d+\s*$/.test(value);
  const code = isNumeral ? Number(value) : value;
  return Number.isSafeInteger(code) ? (code as number) : 'garbled';
}
