import { uploadMedia, type MediaFile, type UploadDeps } from '../../ilink/media';
import type { MediaKind, MediaReference } from '../../ilink/media/reference';

export interface UploadOptions {
  /** Names the execution, within which the same file to the same recipient is uploaded once. Without it, each time. */
  execution?: string;
  signal?: AbortSignal;
}

/** How long an upload can be used again. How long Tencent keeps it is not known; an execution is over long before, as a rule. */
const REUSE_MS = 10 * 60_000;
const MAX_REMEMBERED = 200;

interface Remembered {
  uploaded: MediaReference<MediaKind>;
  until: number;
}

/**
 * The uploads of one bot. A loop that sends one file to one person several times, and one that is tried again after its message
 * was refused, upload it once.
 *
 * Never for another recipient: the announcement names one, Tencent's own client uploads anew for each, and what the server does
 * with a reference that belongs to somebody else is not known. It might be a message that was accepted and cannot be opened.
 */
export class Uploads {
  private readonly remembered = new Map<string, Remembered>();

  constructor(private readonly deps: UploadDeps) {}

  /** Puts a file on Tencent's CDN, or finds it there. @throws ILinkError, SourceProblem */
  async upload(
    file: MediaFile,
    to: string,
    { execution, signal }: UploadOptions,
  ): Promise<MediaReference<MediaKind>> {
    if (execution === undefined) return uploadMedia(file, to, this.deps, signal);
    const { md5, bytes } = file.measured;
    const key = JSON.stringify([execution, to, file.kind, md5, bytes]);
    const known = this.find(key);
    if (known) return { ...known, file_name: file.name };
    const uploaded = await uploadMedia(file, to, this.deps, signal);
    this.remember(key, uploaded);
    return uploaded;
  }

  private find(key: string): MediaReference<MediaKind> | undefined {
    const entry = this.remembered.get(key);
    return entry && entry.until > this.deps.clock.now() ? entry.uploaded : undefined;
  }

  private remember(key: string, uploaded: MediaReference<MediaKind>): void {
    this.remembered.delete(key);
    if (this.remembered.size >= MAX_REMEMBERED) this.remembered.delete(this.remembered.keys().next().value!);
    this.remembered.set(key, { uploaded, until: this.deps.clock.now() + REUSE_MS });
  }
}
