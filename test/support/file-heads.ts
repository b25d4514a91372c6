import { randomBytes } from 'node:crypto';

const box = (type: string, content: string): Buffer => {
  const bytes = Buffer.from(`\0\0\0\0${type}${content}`, 'latin1');
  bytes.writeUInt32BE(bytes.length);
  return bytes;
};
const PNG_HEAD = Buffer.concat([
  Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
  box('IHDR', '\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0----'),
]);
PNG_HEAD.writeUInt32BE(13, 8);

/** How files of these types begin. What a type is not known for says nothing: a text of no format. */
const HEADS: Record<string, Buffer> = {
  'image/png': Buffer.concat([PNG_HEAD, Buffer.from('\0\0\x20\0IDAT', 'latin1')]),
  'image/jpeg': Buffer.from('ffd8ffe000104a46494600010100', 'hex'),
  'image/gif': Buffer.from('GIF89a', 'latin1'),
  'image/bmp': Buffer.from('BM\x36\x10\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0', 'latin1'),
  'image/webp': Buffer.from('RIFF\0\0\x10\0WEBPVP8 ', 'latin1'),
  'image/heic': box('ftyp', 'heic\0\0\0\0mif1heic'),
  'image/avif': box('ftyp', 'avif\0\0\0\0mif1avif'),
  'image/tiff': Buffer.from('49492a0008000000', 'hex'),
  'image/svg+xml': Buffer.from('<svg xmlns="http://www.w3.org/2000/svg">'),
  'video/mp4': box('ftyp', 'isom\0\0\x02\0isomiso2avc1mp41'),
  'video/quicktime': box('ftyp', 'qt  \0\0\0\0qt  '),
  'video/webm': Buffer.from('1a45dfa39f4286810142f7810142f2810442f381084282847765626d', 'hex'),
  'audio/mpeg': Buffer.from('ID3\x03\0\0\0\0\0\0\xff\xfb\x90\x64', 'latin1'),
  'audio/mp4': box('ftyp', 'M4A \0\0\0\0M4A mp42'),
  'application/pdf': Buffer.from('%PDF-1.7\n'),
  'application/zip': Buffer.from('504b03040a0000000000', 'hex'),
};
const NEUTRAL = Buffer.from('just some bytes: ');

/** Random bytes that begin as a file of this type does. */
export function fileLike(mimeType: string, size: number): Buffer {
  const head = HEADS[mimeType.split(';')[0]!] ?? NEUTRAL;
  return Buffer.concat([head, randomBytes(Math.max(0, size - head.length))]).subarray(0, size);
}
