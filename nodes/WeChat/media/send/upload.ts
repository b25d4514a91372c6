import type { Bot } from '../../../../bot/bot';
import type { MediaFile } from '../../../../ilink/media';
import type { MediaKind, MediaReference } from '../../../../ilink/media/reference';
import { cleanFileName } from '../fileName';
import { identify } from '../fileType';
import { inParallel } from '../../shared/inParallel';
import type { FileToSend, LoadedFile } from './file';
import { emptyFile, explainFile } from './problems';

/** What the node's parameters say about all files of an item. */
export interface SendSettings {
  sendAs: MediaKind | 'auto';
  /** Instead of the file's own name; empty when it has to be that. */
  fileName: string;
  maxMegabytes: number;
}

export interface UploadTarget {
  bot: Pick<Bot, 'upload'>;
  to: string;
  execution?: string;
}

/** Several files are on their way at once, but not so many that each of them crawls. */
const AT_ONCE = 3;
const BYTES_PER_MEGABYTE = 1024 * 1024;

/**
 * Puts files on WeChat's file server, in constant memory. One that fails stops the others: the files of one item are sent all,
 * or none.
 *
 * @returns in the order of the files
 */
export function uploadAll(
  files: FileToSend[],
  settings: SendSettings,
  target: UploadTarget,
  signal?: AbortSignal,
): Promise<MediaReference<MediaKind>[]> {
  const one = async (file: FileToSend, stop: AbortSignal): Promise<MediaReference<MediaKind>> => {
    try {
      return await uploadOne(file, settings, target, stop);
    } catch (error) {
      throw explainFile(error, file.label, settings.maxMegabytes);
    }
  };
  return inParallel(files, AT_ONCE, one, signal);
}

async function uploadOne(
  file: FileToSend,
  settings: SendSettings,
  { bot, to, execution }: UploadTarget,
  signal: AbortSignal,
): Promise<MediaReference<MediaKind>> {
  const loaded = await file.load(settings.maxMegabytes * BYTES_PER_MEGABYTE, signal);
  try {
    if (loaded.measured.bytes === 0) throw emptyFile(file.label);
    const media = await asMedia(loaded, settings);
    return await bot.upload(media, to, { signal, ...(execution !== undefined && { execution }) });
  } finally {
    await loaded.close?.();
  }
}

/** How the recipient sees the file, and under which name: see {@link identify}. */
async function asMedia(loaded: LoadedFile, { sendAs, fileName }: SendSettings): Promise<MediaFile> {
  const { source, measured, declaredType: declared, extension } = loaded;
  const { head, tracks } = measured;
  const name = cleanFileName(fileName) || cleanFileName(loaded.fileName ?? '');
  const identity = await identify(
    { head, name, declared, ...(extension && { extension }), ...(tracks && { tracks }) },
    'file',
  );
  return { kind: sendAs === 'auto' ? identity.kind : sendAs, name: identity.name, source, measured };
}
