import { lookup } from 'mime-types';

import type { NamedReference } from './references';
import { cleanFileName } from './fileName';
import type { FileType } from './sniff';

export interface FileFacts {
  fileName: string;
  mimeType: string;
}

const UNKNOWN = 'application/octet-stream';
/** Containers of many formats: the name says more of which one it is. */
const CONTAINERS: ReadonlySet<string> = new Set([
  'application/zip',
  'application/x-cfb',
  'application/xml',
  'application/gzip',
  'application/ogg',
]);

/**
 * Under which name and type a file that came in goes on. Its bytes decide the type, its name where they say little. Only
 * files have names of their own; the others get one that fits.
 *
 * @param sniffed what the bytes say
 */
export function factsOf({ kind, file_name }: NamedReference, sniffed: FileType | undefined): FileFacts {
  const named = cleanFileName(file_name ?? '');
  const byName = typeOfName(named);
  const believed = sniffed && !(CONTAINERS.has(sniffed.mime) && byName) ? sniffed.mime : byName;
  const mimeType = believed || (kind === 'video' ? 'video/mp4' : UNKNOWN);
  return { fileName: named || inventedName(kind, sniffed), mimeType };
}

/** The type that a name stands for; empty when it stands for none. */
export function typeOfName(name: string): string {
  return lookup(name) || '';
}

function inventedName(kind: string, sniffed: FileType | undefined): string {
  const extension = sniffed?.ext ?? (kind === 'video' ? 'mp4' : '');
  return extension ? `${kind}.${extension}` : kind;
}
