import { Readable } from 'node:stream';
import type { IBinaryData, IExecuteFunctions } from 'n8n-workflow';

import { measure, type MediaSource } from '../../../../ilink/media';
import { InputProblem } from '../../shared/errors';
import { fileLabels } from '../../texts';
import type { FileToSend } from './file';

const PIECE_BYTES = 256 * 1024;
const PIECE_CHARACTERS = 256 * 1024;

/**
 * The files in the binary fields that "Input Binary Field" names, in order.
 *
 * @throws NodeOperationError of n8n when a field is missing; InputProblem when none is named
 */
export function binaryFiles(context: IExecuteFunctions, itemIndex: number): FileToSend[] {
  const fields = fieldsIn(context.getNodeParameter('binaryPropertyName', itemIndex));
  if (fields.length === 0) {
    throw new InputProblem({ code: 'no_binary_field' });
  }
  return fields.map((field) => {
    const binary = context.helpers.assertBinaryData(itemIndex, field);
    const label = typeof field === 'string' ? fileLabels.inField(field) : fileLabels.named(field.fileName);
    return { label, load: (maxBytes, signal) => loadBinary(context, binary, maxBytes, signal) };
  });
}

/** Names with commas between them, a list, or n8n's own binary objects, which an expression can give. */
function fieldsIn(parameter: unknown): Array<string | IBinaryData> {
  if (Array.isArray(parameter)) return parameter.flatMap(fieldsIn);
  if (typeof parameter === 'object' && parameter !== null) return [parameter as IBinaryData];
  return String(parameter ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

async function loadBinary(
  context: IExecuteFunctions,
  binary: IBinaryData,
  maxBytes: number,
  signal: AbortSignal,
): ReturnType<FileToSend['load']> {
  const source = sourceOf(context, binary);
  const measured = await measure(source, maxBytes, signal);
  const { mimeType, fileName, fileExtension: extension } = binary;
  return {
    source,
    measured,
    declaredType: mimeType ?? '',
    ...(extension && { extension }),
    ...(fileName && { fileName }),
  };
}

/** Files on disk, in a database or an object store have an id; in n8n's memory mode the file itself is in the item. */
function sourceOf(context: IExecuteFunctions, { id, data }: IBinaryData): MediaSource {
  if (id) return { open: () => context.helpers.getBinaryStream(id, PIECE_BYTES) };
  return { open: async () => Readable.from(decodeBase64(data), { objectMode: false }) };
}

/**
 * Decodes piece by piece, so that a large file is not there a second time. Line breaks and the like are skipped, as Node does.
 *
 * @param pieceCharacters so many at a time
 */
export function* decodeBase64(text: string, pieceCharacters = PIECE_CHARACTERS): Generator<Buffer> {
  let rest = '';
  for (let at = 0; at < text.length; at += pieceCharacters) {
    const piece = rest + text.slice(at, at + pieceCharacters).replace(/[^A-Za-z0-9+/_-]/g, '');
    const whole = piece.length - (piece.length % 4);
    rest = piece.slice(whole);
    if (whole > 0) yield Buffer.from(piece.slice(0, whole), 'base64');
  }
  if (rest !== '') yield Buffer.from(rest, 'base64');
}
