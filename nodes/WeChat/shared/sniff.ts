/** What the bytes of a file say that it is. */
export interface FileType {
  mime: string;
  /** Without a dot. */
  ext: string;
}

/**
 * Tells the type of a file by its beginning.
 *
 * @param head the first bytes; 4 KB are enough for all but some archives
 * @param declared the MIME type that somebody gave it, or an empty text: two letters at the beginning of a text are no picture
 * @returns nothing when the bytes say nothing: text in any form does not
 */
export async function sniff(head: Buffer, declared: string): Promise<FileType | undefined> {
  // Loaded with the first file. An ES module, which Node 22.12 and later can require.
  const { fileTypeFromBuffer } = await import('file-type/core');
  const found = await fileTypeFromBuffer(head);
  return found && !isChance(found, head, declared) ? found : undefined;
}

/** "BM" and "GIF" are also how texts begin. */
function isChance({ mime }: FileType, head: Buffer, declared: string): boolean {
  if (mime === 'image/bmp') return !declared.startsWith('image/');
  return mime === 'image/gif' && !/^GIF8[79]a/.test(head.toString('latin1', 0, 6));
}
