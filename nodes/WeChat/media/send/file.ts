import type { Measured, MediaSource } from '../../../../ilink/media';

/** A file that is to be sent, before anything was read of it. */
export interface FileToSend {
  /** What the user knows it by, to begin an error with: `The file in "data"`. */
  label: string;
  /**
   * Gets hold of it, and reads it once.
   *
   * @param maxBytes more is not read
   * @throws SourceProblem, InputProblem, ILinkError
   */
  load(maxBytes: number, signal: AbortSignal): Promise<LoadedFile>;
}

/** A file that can be read as often as an upload needs it. */
export interface LoadedFile {
  source: MediaSource;
  measured: Measured;
  /** The MIME type that it came with; may be empty, or wrong. */
  declaredType: string;
  /** The extension that it came with beside its name, if any. */
  extension?: string;
  /** The name that it came with, if any. */
  fileName?: string;
  /** Gives back what it took. */
  close?(): Promise<void>;
}
