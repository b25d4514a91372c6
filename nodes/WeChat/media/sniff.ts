import { textKindOf } from './textBytes';

/** What a file is. */
export interface FileType {
  /** Its MIME type, without parameters. */
  mime: string;
  /** Without a dot. */
  ext: string;
}

/** Formats that are texts themselves: nothing else begins like them. */
const TEXTUAL = /^(?:text\/|model\/stl)|[/+](?:pdf|rtf|xml|postscript|eps|pgp-encrypted|x-ms-regedit)$/;

/** Sizes of the second header of a BMP file, each of a version of the format. */
const BMP_HEADERS: ReadonlySet<number> = new Set([12, 16, 40, 52, 56, 64, 108, 124]);

/**
 * Tells the type of a file by its beginning.
 *
 * @param head the first bytes; 4 KB are enough for all but some archives
 * @returns nothing when the bytes say nothing: a text says nothing but that it is one
 */
export async function sniff(head: Buffer): Promise<FileType | undefined> {
  // Loaded with the first file. An ES module, which Node 22.12 and later can require.
  const { fileTypeFromBuffer } = await import('file-type/core');
  const found = await fileTypeFromBuffer(head);
  if (!found || isChance(found.mime, head)) return undefined;
  if (found.ext === 'cfb') return officeIn(head) ?? found;
  return { mime: found.mime.split(';')[0]!, ext: found.ext };
}

/** What old Office files call their main part, in UTF-16, if the list of parts is near the beginning. */
const OFFICE_PARTS: Array<[name: string, type: FileType]> = [
  ['WordDocument', { mime: 'application/msword', ext: 'doc' }],
  ['Workbook', { mime: 'application/vnd.ms-excel', ext: 'xls' }],
  ['PowerPoint Document', { mime: 'application/vnd.ms-powerpoint', ext: 'ppt' }],
  ['__substg1.0_', { mime: 'application/vnd.ms-outlook', ext: 'msg' }],
];

function officeIn(head: Buffer): FileType | undefined {
  return OFFICE_PARTS.find(([name]) => head.includes(name, 0, 'utf16le'))?.[1];
}

/** Letters at the beginning of a text are also how many formats begin: "BM", "GIF", "free", "ID3". */
function isChance(mime: string, head: Buffer): boolean {
  if (mime === 'image/gif') return !/^GIF8[79]a/.test(head.toString('latin1', 0, 6));
  if (mime === 'image/bmp') return head.length < 18 || !BMP_HEADERS.has(head.readUInt32LE(14));
  return !TEXTUAL.test(mime) && textKindOf(head) !== undefined;
}
