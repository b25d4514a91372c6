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
  const failure: unknown = error instanceof SourceProblem ? error.cause : error;
  const code = codeIn(failure) ?? codeIn((failure as Error | undefined)?.cause);
  if (NO_ROOM.has(code)) {
    return new InputProblem({ code: 'disk_full', facts: { label, code: code! } });
  }
  if (!(error instanceof SourceProblem)) return error;
  switch (error.code) {
    case 'too_large':
      return new InputProblem({ code: 'file_too_large', facts: { label, maxMegabytes } });
    case 'unreadable':
      return new InputProblem({ code: 'file_unreadable', facts: { label, code } });
    case 'changed':
      return new InputProblem({ code: 'file_changed', facts: { label } });
  }
}

/** WeChat takes no empty files. */
export function emptyFile(label: string): InputProblem {
  return new InputProblem({ code: 'file_empty', facts: { label } });
}

function codeIn(error: unknown): string | undefined {
  const { code } = Object(error) as { code?: unknown };
  return typeof code === 'string' ? code : undefined;
}
