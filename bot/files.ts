import type { Readable } from 'node:stream';

import type { Clock } from '../ilink/clock';
import type { MediaFile, RandomBytes } from '../ilink/media';
import { download, type DownloadBounds } from '../ilink/media/download';
import { MediaHosts } from '../ilink/media/hosts';
import type { MediaKind, MediaReference } from '../ilink/media/reference';
import type { BotConnection } from './connection';
import { Uploads, type UploadOptions } from './send/uploads';

export interface BotFilesDeps extends BotConnection {
  clock: Clock;
  randomBytes: RandomBytes;
}

/** The files of one bot on Tencent's CDN. */
export class BotFiles {
  private readonly uploads: Uploads;

  constructor(private readonly deps: BotFilesDeps) {
    const { client, randomBytes } = deps;
    this.uploads = new Uploads({
      ...deps,
      random: randomBytes,
      get cdnBaseUrl() {
        return client.current.cdnBaseUrl;
      },
    });
  }

  /** Encrypts a file and puts it on Tencent's CDN. @throws ILinkError, SourceProblem */
  upload(file: MediaFile, to: string, options: UploadOptions = {}): Promise<MediaReference<MediaKind>> {
    return this.uploads.upload(file, to, options);
  }

  /**
   * Fetches and decrypts a file of a message; see {@link download}.
   *
   * @param more hosts that files may come from besides Tencent's and the credential's
   * @throws ILinkError
   */
  download(
    file: MediaReference,
    bounds: DownloadBounds,
    more: readonly string[] = [],
    signal?: AbortSignal,
  ): Promise<Readable> {
    const hosts = new MediaHosts(this.deps.client.current, more);
    return download(file, { ...this.deps, hosts }, bounds, signal);
  }
}
