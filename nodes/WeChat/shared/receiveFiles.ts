import type { IBinaryKeyData, IDataObject, INode } from 'n8n-workflow';

import { toNodeError } from './errors';
import { receiveFile, type ReceiveDeps, type ReceiveOptions } from './receiveFile';
import type { NamedReference } from './references';

export interface ReceivedFiles {
  /** By field name: the first one as it is, the others with their number, also where one before them failed. */
  binary: IBinaryKeyData;
  /** What became of those that could not be had. */
  failures: FileFailure[];
}

export interface ReceiveFilesDeps extends ReceiveDeps {
  node: INode;
}

export interface FileFailure {
  error: unknown;
  /** For the item: which file, what happened, and what to do. */
  entry: IDataObject;
}

/**
 * Fetches files, side by side; one that fails does not keep back the others.
 *
 * @param field name of the binary field
 * @throws the signal's reason when it was aborted
 */
export async function receiveFiles(
  references: NamedReference[],
  deps: ReceiveFilesDeps,
  options: ReceiveOptions,
  field: string,
  signal?: AbortSignal,
): Promise<ReceivedFiles> {
  const results = await Promise.allSettled(
    references.map((reference) => receiveFile(reference, deps, options, signal)),
  );
  signal?.throwIfAborted();
  const files: ReceivedFiles = { binary: {}, failures: [] };
  results.forEach((result, index) => {
    if (result.status === 'fulfilled') files.binary[fieldName(field, index)] = result.value;
    else files.failures.push(failureOf(deps.node, references[index]!, index, field, result.reason));
  });
  return files;
}

/** What an item says of a file that is missing on it. */
export function failureOf(
  node: INode,
  { kind, file_name }: NamedReference,
  index: number,
  field: string,
  error: unknown,
): FileFailure {
  const { message, description } = toNodeError(node, error);
  const what = { index, field: fieldName(field, index), kind, ...(file_name && { file_name }) };
  return { error, entry: { ...what, error: message, ...(description && { description }) } };
}

/** `data`, `data_1`, `data_2`, … */
function fieldName(field: string, index: number): string {
  return index === 0 ? field : `${field}_${index}`;
}
