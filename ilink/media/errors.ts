import type { MediaProblem, Verdict } from '../verdict';
import { ILinkError } from '../errors';
import type { MediaSeen } from '../seen';

export type { MediaProblem };

/** A file of a message that cannot be had. Concerns this file only: the message and its other files are fine. */
export class ILinkMediaError extends ILinkError {
  constructor(
    readonly problem: MediaProblem,
    seen: MediaSeen,
  ) {
    super('cdn_download', verdictOf(problem), seen);
  }
}

function verdictOf(code: MediaProblem): Verdict<MediaProblem> {
  const kind = code === 'too_large' ? 'media_too_large' : 'media_unusable';
  return { kind, repeat: code === 'damaged' ? 'few' : 'no', code };
}
