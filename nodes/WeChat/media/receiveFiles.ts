import type { IBinaryKeyData, IDataObject, INode } from 'n8n-workflow';

import type { MediaReference } from '../../../ilink/media/reference';
import { toNodeError } from '../shared/errors';
import { inParallel } from '../shared/inParallel';
import type { ReceivedFile } from './receiveFile';

export interface ReceivedFiles {
  /** By field name: the first one as it is, the others with their number, also where one before them failed. */
  binary: IBinaryKeyData;
  /** What became of those that could not be had. */
  failures: FileFailure[];
  /** What somebody should know of those that are there. */
  notes: IDataObject[];
}

export interface FileFailure {
  error: unknown;
  /** For the item: which file, what happened, and what to do. */
  entry: IDataObject;
}

/** Messages have one file as a rule; a list that somebody made may have many. */
const AT_ONCE = 4;

/**
 * Fetches files, some at once; one that fails does not keep back the others.
 *
 * @param field name of the binary field
 * @param receive fetches one of them
 */
export async function receiveFiles(
  references: MediaReference[],
  node: INode,
  field: string,
  receive: (reference: MediaReference) => Promise<ReceivedFile>,
): Promise<ReceivedFiles> {
  const files: ReceivedFiles = { binary: {}, failures: [], notes: [] };
  const results = await inParallel(references, AT_ONCE, async (reference) =>
    receive(reference).then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    ),
  );
  results.forEach((result, index) => {
    const reference = references[index]!;
    if ('error' in result)
      return void files.failures.push(failureOf(node, reference, index, field, result.error));
    const { binary, note } = result.value;
    files.binary[fieldName(field, index)] = binary;
    if (note) files.notes.push({ ...whichFile(reference, index, field), ...note });
  });
  return files;
}

/** What an item says of a file that is missing on it. */
function failureOf(
  node: INode,
  reference: MediaReference,
  index: number,
  field: string,
  error: unknown,
): FileFailure {
  const { message, description } = toNodeError(node, error);
  const what = whichFile(reference, index, field);
  return { error, entry: { ...what, error: message, ...(description && { description }) } };
}

/** What an item says of its files besides: which could not be had, and what is to be known of the others. */
export function remarksOf({ failures, notes }: ReceivedFiles): IDataObject {
  return {
    ...(failures.length > 0 && { mediaError: failures.map(({ entry }) => entry) }),
    ...(notes.length > 0 && { mediaNote: notes }),
  };
}

function whichFile({ kind, file_name }: MediaReference, index: number, field: string): IDataObject {
  return { index, field: fieldName(field, index), kind, ...(file_name && { file_name }) };
}

/** `data`, `data_1`, `data_2`, … */
function fieldName(field: string, index: number): string {
  return index === 0 ? field : `${field}_${index}`;
}
