import { SourceProblem } from '../../../../ilink/media';
import { InputProblem } from '../../shared/errors';

/** Codes of a disk that has no room, or gives this process none. */
const NO_ROOM: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/**
 * What is wrong with a file, in words for its sender. Everything else stays as it is.
 *
 * @param label what the user knows the file by
 */
export function explainFile(error: unknown, label: string, maxMegabytes: number): unknown {
  const code = codeIn(error) ?? codeIn((error as Error | undefined)?.cause);
  if (NO_ROOM.has(code)) {
    return new InputProblem(
      `${label} could not be kept while it was sent, because this n8n's disk is full`,
      `Make room in the folder for temporary files. (${code})`,
    );
  }
  if (!(error instanceof SourceProblem)) return error;
  switch (error.kind) {
    case 'too_large':
      return new InputProblem(
        `${label} is larger than ${maxMegabytes} MB`,
        'Raise "Max File Size (MB)" in the options to send it all the same. Whether WeChat takes files of more than 100 MB is not known.',
      );
    case 'unreadable':
      return new InputProblem(
        `${label} could not be read to its end`,
        `Run the node that gave the file again; a file of an earlier execution may be deleted by now.${code ? ` (${code})` : ''}`,
      );
    case 'changed':
      return new InputProblem(
        `${label} changed while it was sent`,
        'Nothing was sent. Run the node again when nothing writes to the file any more.',
      );
  }
}

/** WeChat takes no empty files. */
export function emptyFile(label: string): InputProblem {
  return new InputProblem(
    `${label} is empty`,
    'WeChat takes no empty files. Check the node that made the file.',
  );
}

function codeIn(error: unknown): string | undefined {
  const { code } = Object(error) as { code?: unknown };
  return typeof code === 'string' ? code : undefined;
}
