import { defined, textIn } from '../../../ilink/json';
import type { MediaReference } from '../../../ilink/media/reference';
import { InputProblem } from '../shared/errors';

const KINDS: readonly unknown[] = ['image', 'voice', 'file', 'video'];

/**
 * Reads media references as a user may give them: the trigger's list, one entry of it, or either as JSON text. Nothing gives
 * an empty list: most messages have no files.
 *
 * @throws InputProblem when something else stands there
 */
export function readReferences(value: unknown): MediaReference[] {
  const given = typeof value === 'string' ? parse(value) : (value ?? []);
  const list: unknown[] = Array.isArray(given) ? given : [given];
  return list.map(readReference);
}

function parse(text: string): unknown {
  if (text.trim() === '') return [];
  const parsed = tryParse(text);
  if (parsed === undefined) throw new InputProblem({ code: 'reference_is_text' });
  return parsed ?? [];
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function readReference(entry: unknown, index: number): MediaReference {
  const { kind, media, aeskey, md5, size, file_name } = Object(entry) as Record<string, unknown>;
  if (typeof media !== 'object' || media === null) {
    throw new InputProblem({ code: 'reference_without_media', facts: { index } });
  }
  return {
    kind: KINDS.includes(kind) ? (kind as MediaReference['kind']) : 'file',
    media,
    ...defined({ aeskey: textIn(aeskey), md5: textIn(md5), file_name: textIn(file_name) }),
    ...(typeof size === 'number' && { size }),
  };
}
