import type { MediaReference } from '../../../ilink/media/reference';
import { cleanFileName } from './fileName';
import { identify } from './fileType';

export interface FileFacts {
  fileName: string;
  mimeType: string;
}

const UNKNOWN = 'application/octet-stream';

/**
 * Under which name and type a file that came in goes on: see {@link identify}. Only files have names of their own; the others get
 * one that fits.
 *
 * @param head its first bytes
 */
export async function factsOf({ kind, file_name }: MediaReference, head: Buffer): Promise<FileFacts> {
  const name = cleanFileName(file_name ?? '');
  // That is all that WeChat says of a film.
  const declared = kind === 'video' ? 'video/mp4' : '';
  const { mime, name: fileName } = await identify({ head, name, declared }, kind);
  return { fileName, mimeType: mime || UNKNOWN };
}
