import type { MediaKind } from '../../../ilink/media/reference';
import { extensionIn, extensionOfType, saysNothing, typeOfExtension, withExtension } from './extension';
import { mediaKindOf } from './mediaKind';
import { sniff, type FileType } from './sniff';
import { textKindOf, type TextKind } from './textBytes';

/** What is known of a file. */
export interface Evidence {
  /** Its first bytes. */
  head: Buffer;
  /** Its name, clean; may be empty. */
  name: string;
  /** The MIME type that somebody gave it; may be empty, or wrong. */
  declared?: string;
  /** The extension that somebody gave it beside its name: n8n's `fileExtension`. */
  extension?: string;
  /** Of the MP4 family, if all of it was seen: the kinds of its tracks. */
  tracks?: ReadonlySet<string>;
}

/** What a file is, and the name under which it goes on. */
export interface FileIdentity {
  /** Empty when nobody knows. */
  mime: string;
  name: string;
  /** How phones show it. A picture or film that is not one by its bytes would stay grey, so it is a file. */
  kind: MediaKind;
}

/** Types that mean "some file". */
const GENERIC =
  /^(?:application|binary)\/(?:octet-stream|x-download|download|force-download|unknown|x-unknown)$|^\*\/\*$/;
const TEXT_TYPES: Record<TextKind, FileType> = {
  plain: { mime: 'text/plain', ext: 'txt' },
  script: { mime: 'text/plain', ext: 'txt' },
  html: { mime: 'text/html', ext: 'html' },
  svg: { mime: 'image/svg+xml', ext: 'svg' },
};
/** Formats that show in their first bytes, so that a text is none of them, whatever its name. Old Office files are missing: programs
 * write web pages and tables of text under their names, and Office opens them. */
const SHOWN_BY_BYTES =
  /^(?:image\/(?!svg)|audio\/(?!.*mpegurl)|video\/|font\/|application\/(?:pdf|zip|gzip|vnd\.rar|x-(?:rar|7z)-compressed|epub\+zip|java-archive|vnd\.(?:openxmlformats|oasis|android\.package)|x-ms(?:download|dos-program)))/;
/** ZIP archives with rules about what is in them. */
const ZIPPED =
  /^application\/(?:zip|java-archive|epub\+zip|x-xpinstall|vnd\.(?:openxmlformats|oasis|android\.package|ms-.*macroenabled|apple\.))/;
/** Other formats in which something is packed. */
const CONTAINER = /^application\/(?:x-cfb|xml|gzip|ogg)$/;
/** What phones open by themselves, if the name says what it is. */
const OPENED = /^(?:image|audio|video)\/|^application\/pdf$/;
/** The family of MP4: the same containers for pictures with sound and for sound alone. */
const MP4 = /^(?:video\/(?:mp4|quicktime|x-m4v)|audio\/(?:mp4|x-m4a))$/;
const MP4_EXTENSIONS: ReadonlySet<string> = new Set(['mp4', 'm4a', 'm4b', 'm4r', 'm4v', 'mov', 'qt', 'aac']);

/**
 * Says what a file is, and gives it a name that fits: for files that go out and for those that come in. Bytes, name and declared type
 * are weighed together: bytes decide where they are clear; where they only show a container, or a text, or nothing, it is
 * what the name says, then the declared type, as far as the bytes allow it.
 *
 * @param stem the name of a file that has none, without an extension
 */
export async function identify(evidence: Evidence, stem: string): Promise<FileIdentity> {
  const found = await sniff(evidence.head);
  const kind = textKindOf(evidence.head);
  return weigh(evidence, found, kind, stem);
}

/** The decision of {@link identify}. @param found what the bytes say, @param text which text they are */
function weigh(
  evidence: Evidence,
  found: FileType | undefined,
  text: TextKind | undefined,
  stem: string,
): FileIdentity {
  // A PDF can be a text from its first byte to its last, and is a PDF; XML says only how a text is written.
  const asText = found && found.mime !== 'application/xml' ? undefined : text;
  const type = typeFrom(evidence, found, asText);
  const fits = (ext: string): boolean => isFitting(ext, type, asText !== undefined);
  return {
    mime: type?.mime ?? '',
    name: withExtension(evidence.name || stem, type?.ext ?? '', fits),
    kind: found ? mediaKindOf(type?.mime) : 'file',
  };
}

/** What somebody says about the file, the most telling first: its name, its declared type, its declared extension. */
function claimsOf({ name, declared = '', extension = '' }: Evidence): FileType[] {
  const mime = declared.split(';')[0]!.trim().toLowerCase();
  const typed = mime === '' || GENERIC.test(mime) ? [] : [{ mime, ext: extensionOfType(mime) }];
  return [...claimOf(extensionIn(name)), ...typed, ...claimOf(extension.toLowerCase().replace(/^\./, ''))];
}

function claimOf(ext: string): FileType[] {
  const mime = saysNothing(ext) ? '' : typeOfExtension(ext);
  return mime && !GENERIC.test(mime) ? [{ mime, ext }] : [];
}

function typeFrom(
  evidence: Evidence,
  found: FileType | undefined,
  text: TextKind | undefined,
): FileType | undefined {
  const said = claimsOf(evidence);
  if (found && MP4.test(found.mime)) return mp4Type(found, said, evidence.tracks);
  if (found && ZIPPED.test(found.mime)) return said.find((claim) => isZipOf(claim, found)) ?? found;
  if (text !== undefined) return textType(said, text, found);
  if (found) return (CONTAINER.test(found.mime) && said.find(isPacked)) || found;
  // n8n calls text what it knows nothing about, and these bytes are none.
  return said.find(({ mime }) => mime !== 'text/plain') ?? claimOf(extensionIn(evidence.name))[0];
}

/** A script of TypeScript has the extension of a film. */
function textType(said: FileType[], kind: TextKind, found: FileType | undefined): FileType {
  const claims = said.map((claim) => (claim.ext === 'ts' ? { mime: 'text/typescript', ext: 'ts' } : claim));
  const possible = claims.filter(({ mime }) => !SHOWN_BY_BYTES.test(mime));
  const telling = possible.find(({ mime }) => mime !== 'text/plain');
  if (telling) return telling;
  return kind === 'plain' ? (found ?? possible[0] ?? TEXT_TYPES.plain) : TEXT_TYPES[kind];
}

/** Sound alone is a file for a phone, and no film. Where the tracks were not seen, it is what somebody says. */
function mp4Type(found: FileType, said: FileType[], tracks: Evidence['tracks']): FileType {
  const isCalledAudio = said.some(({ mime }) => mime.startsWith('audio/'));
  const isAudio = found.mime.startsWith('audio/');
  const hasFilm = tracks ? tracks.has('vide') : !isAudio;
  if (!hasFilm || isCalledAudio) return { mime: 'audio/mp4', ext: 'm4a' };
  return isAudio ? { mime: 'video/mp4', ext: 'mp4' } : found;
}

/** Whether a claim only says more exactly which archive it is. Of a plain one it can be any, also of a format that is not known here. */
function isZipOf({ mime }: FileType, found: FileType): boolean {
  return ZIPPED.test(mime) || (found.mime === 'application/zip' && isPacked({ mime }));
}

/** The bytes would show a PDF or a picture, and a text is in no container. */
function isPacked({ mime }: Pick<FileType, 'mime'>): boolean {
  return ZIPPED.test(mime) || !(SHOWN_BY_BYTES.test(mime) || mime.startsWith('text/'));
}

/** Whether a name may keep its extension. */
function isFitting(ext: string, type: FileType | undefined, isText: boolean): boolean {
  const mime = typeOfExtension(ext);
  if (!type || ext === type.ext || mime === type.mime) return true;
  if (MP4.test(type.mime)) return MP4_EXTENSIONS.has(ext);
  // Of a text that nobody describes, the name is all that is known: it may be a program.
  if (isText) return saysNothing(ext) ? isUndescribed(type) : !SHOWN_BY_BYTES.test(mime);
  // One picture format for another, or an older name of the same: what opens one opens the other.
  const family = /^(?:image|audio|video|font)\//.exec(type.mime)?.[0];
  if (family && mime.startsWith(family)) return true;
  if (saysNothing(ext)) return false;
  if (ZIPPED.test(type.mime) || CONTAINER.test(type.mime)) return mime === '' || isPacked({ mime });
  return !OPENED.test(type.mime) && !(SHOWN_BY_BYTES.test(mime) || mime.startsWith('text/'));
}

function isUndescribed(type: FileType): boolean {
  return type === TEXT_TYPES.plain || type === TEXT_TYPES.script;
}
