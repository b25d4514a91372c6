/**
 * The program of a Code node: draws a PNG with new colours every time. n8n's Code node may not load zlib, so the pixels go into
 * "stored" deflate blocks, which need no compression, with the two checksums that PNG wants.
 */
export const DRAW_PICTURE = `
const SIZE = 64;
const hue = Math.random() * 6.28;

const crcTable = Array.from({ length: 256 }, (_, n) => {
  for (let bit = 0; bit < 8; bit++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
  return n >>> 0;
});
const crc32 = (bytes) =>
  (bytes.reduce((crc, byte) => crcTable[(crc ^ byte) & 255] ^ (crc >>> 8), 0xffffffff) ^ 0xffffffff) >>> 0;
const uint32 = (value) => { const b = Buffer.alloc(4); b.writeUInt32BE(value >>> 0); return b; };
const chunk = (type, data) => {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  return Buffer.concat([uint32(data.length), body, uint32(crc32(body))]);
};

// Rows of RGB pixels, each after a filter byte 0: rings around the middle.
const row = 1 + SIZE * 3;
const pixels = Buffer.alloc(SIZE * row);
for (let y = 0; y < SIZE; y++) {
  for (let x = 0; x < SIZE; x++) {
    const wave = Math.hypot(x - SIZE / 2, y - SIZE / 2) / 4;
    for (let c = 0; c < 3; c++) {
      pixels[y * row + 1 + x * 3 + c] = 128 + 110 * Math.sin(wave + hue + c * 2.09);
    }
  }
}

// 64 * 193 = 12,352 bytes: one stored block (65,535 at most).
let a = 1, b = 0;
for (const byte of pixels) { a = (a + byte) % 65521; b = (b + a) % 65521; }
const length = Buffer.alloc(4);
length.writeUInt16LE(pixels.length, 0);
length.writeUInt16LE(pixels.length ^ 0xffff, 2);
const zlib = Buffer.concat([Buffer.from([0x78, 0x01, 0x01]), length, pixels, uint32(b * 65536 + a)]);

const header = Buffer.concat([uint32(SIZE), uint32(SIZE), Buffer.from([8, 2, 0, 0, 0])]);
const png = Buffer.concat([
  Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
  chunk('IHDR', header), chunk('IDAT', zlib), chunk('IEND', Buffer.alloc(0)),
]);

return $input.all().map((item, index) => ({
  json: {},
  binary: { picture: { data: png.toString('base64'), mimeType: 'image/png', fileName: 'rings.png', fileExtension: 'png' } },
  pairedItem: { item: index },
}));
`.trim();
