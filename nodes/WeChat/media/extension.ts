import type * as MimeTypes from 'mime-types';

/** Loaded with the first file: their list is large, and n8n's start does not need it. */
const mimeTypes = (): typeof MimeTypes => require('mime-types') as typeof MimeTypes;

/** Where a type has several, the one that people and phones know. */
const KNOWN_EXTENSIONS: Record<string, string> = {
  'audio/mpeg': 'mp3',
  'audio/ogg': 'ogg',
  'audio/silk': 'silk',
  'image/jpg': 'jpg',
  'image/pjpeg': 'jpg',
  'application/x-pdf': 'pdf',
  'application/x-cfb': 'cfb',
  'text/typescript': 'ts',
  'video/quicktime': 'mov',
};
/** Of a program that made the file, of a download that was not finished, or of nothing in particular. */
const SAYS_NOTHING =
  /^(?:php\d?|aspx?|ashx|jspx?|cgi|do|action|bin|tmp|temp|blob|part|download|crdownload)$/i;

/** The extension in a name, in lower case and without the dot; empty when there is none. A number is none: `2026.11`. */
export function extensionIn(name: string): string {
  const found = /.\.([a-z0-9]{1,10})$/i.exec(name)?.[1]?.toLowerCase() ?? '';
  return /[a-z]/.test(found) ? found : '';
}

/** Whether an extension says nothing about the content. */
export function saysNothing(ext: string): boolean {
  return SAYS_NOTHING.test(ext);
}

/** The type that an extension stands for; empty when it stands for none. */
export function typeOfExtension(ext: string): string {
  return ext === '' ? '' : mimeTypes().lookup(ext) || '';
}

/** The extension that files of a type have; empty when none is known. */
export function extensionOfType(mime: string): string {
  return KNOWN_EXTENSIONS[mime] ?? (mimeTypes().extension(mime) || '');
}

/**
 * A name with an extension that fits what the file is. An extension that says nothing is replaced, one that says something else gets
 * the right one behind it.
 *
 * @param fits whether the extension that is there may stay
 * @param ext the right one; empty when nobody knows
 */
export function withExtension(name: string, ext: string, fits: (ext: string) => boolean): string {
  const present = extensionIn(name);
  if (ext === '' || (present !== '' && fits(present))) return name;
  const stem = saysNothing(present) ? name.slice(0, -present.length - 1) : name;
  return `${stem}.${ext}`;
}
