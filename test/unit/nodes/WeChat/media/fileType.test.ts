import fc from 'fast-check';

import { identify, type Evidence } from '../../../../../nodes/WeChat/media/fileType';
import { fileLike } from '../../../../support/file-heads';

const hex = (digits: string): Buffer => Buffer.from(digits, 'hex');
const text = (content: string): Buffer => Buffer.from(content);
const of = (head: Buffer, name = '', declared = '', more: Partial<Evidence> = {}) =>
  identify({ head, name, declared, ...more }, 'file');

const PDF = hex('255044462d312e340a');
const CFB = hex('d0cf11e0a1b11ae1');
const ZIP = fileLike('application/zip', 200);
const ISOM = hex('000000186674797069736f6d0000000069736f6d6d703432');
const DASH = Buffer.from('\0\0\0\x18ftypdash\0\0\0\0iso6mp41', 'latin1');
const MP42 = Buffer.from('\0\0\0\x18ftypmp42\0\0\0\0mp42isom', 'latin1');
const COUPONS = text('Get free coupons until Friday!\n');
const HTML = text('<!DOCTYPE html>\n<html><body>Log in</body></html>');
const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const APK = 'application/vnd.android.package-archive';
const OCTETS = 'application/octet-stream';

describe('The name of a file', () => {
  it.each([
    ['a PDF called 123', PDF, '123', 'application/pdf', '123.pdf'],
    ['a nameless Word file', CFB, '', 'application/msword', 'file.doc'],
    ['a nameless Excel file', CFB, '', 'application/vnd.ms-excel', 'file.xls'],
    ['a nameless new Word file', ZIP, '', DOCX, 'file.docx'],
    ['a nameless new Excel file', ZIP, '月报', XLSX, '月报.xlsx'],
    ['a nameless app', ZIP, '', APK, 'file.apk'],
    ['an app that WeChat renamed', ZIP, '应用.apk.1', APK, '应用.apk.1.apk'],
    [
      'a nameless drawing',
      text('<svg xmlns="http://www.w3.org/2000/svg"/>'),
      '',
      'image/svg+xml',
      'file.svg',
    ],
    ['a drawing by its bytes', text('<?xml version="1.0"?>\n<!-- x --><svg/>'), 'logo', '', 'logo.svg'],
    ['what a program gave', PDF, 'download.php', 'application/pdf', 'download.pdf'],
    ['what a program gave, of a type that lies', PDF, 'download.php', 'text/html', 'download.pdf'],
    [
      'a table that a program gave',
      text('a,b\n1,2\n'),
      'export.aspx',
      'text/csv; charset=utf-8',
      'export.csv',
    ],
    ['a blob', fileLike('image/png', 99), 'blob', OCTETS, 'blob.png'],
    ['a download that is named for nothing', PDF, 'x.bin', OCTETS, 'x.pdf'],
    ['a name that ends with a number', PDF, '2026.11', OCTETS, '2026.11.pdf'],
    ['a name that ends with a version', PDF, '月报.v2', OCTETS, '月报.v2.pdf'],
    ['a PDF with the name of a text', PDF, 'a.txt', 'text/plain', 'a.txt.pdf'],
    ['a PDF with the name of a Word file', PDF, 'a.doc', 'application/msword', 'a.doc.pdf'],
    ['a picture with the name of another format', fileLike('image/png', 99), 'a.jpg', 'image/jpeg', 'a.jpg'],
    [
      'bytes that nobody knows, with a type',
      hex('00010203'),
      'model',
      'application/x-blender',
      'model.blend',
    ],
    [
      'bytes that nobody knows, of Word Perfect',
      hex('00010203'),
      'brief',
      'application/vnd.wordperfect',
      'brief.wpd',
    ],
    ['bytes that nobody knows', hex('00010203'), 'thing', OCTETS, 'thing'],
    ['bytes that nobody knows, with a name', hex('00010203'), 'drawing.dwg', OCTETS, 'drawing.dwg'],
    ['bytes that n8n calls a text', hex('00010203'), 'thing', 'text/plain', 'thing'],
    ['a text without anything', text('hello'), '', '', 'file.txt'],
    ['a text without an extension', text('hello'), '月报', 'text/plain', '月报.txt'],
    ['a program', text('print("hello")'), 'main.py', 'text/plain', 'main.py'],
    ['a program in PHP', text('<?php echo 1;'), 'index.php', 'text/plain', 'index.php'],
    ['a script of TypeScript', text('let a = 1;'), 'main.ts', 'video/mp2t', 'main.ts'],
    ['JSON', text('{"a": 1}'), 'data', 'application/json', 'data.json'],
    ['a table that Excel opens', text('<html><table/></html>'), 'a.xls', 'application/vnd.ms-excel', 'a.xls'],
    ['a page', HTML, 'page', 'text/html', 'page.html'],
    ['an archive of a kind', ZIP, 'map.xmind', OCTETS, 'map.xmind'],
    ['a Word file for WPS', CFB, 'a.wps', OCTETS, 'a.wps'],
    ['a table for WPS', CFB, 'a.et', OCTETS, 'a.et'],
    ['music', fileLike('audio/mpeg', 99), 'song', 'audio/mpeg', 'song.mp3'],
    ['a film', fileLike('video/quicktime', 99), 'film', 'video/quicktime', 'film.mov'],
  ])('of %s', async (_what, head, name, declared, expected) => {
    expect((await of(head, name, declared)).name).toBe(expected);
  });

  it("has n8n's own extension where neither name nor type has one", async () => {
    expect((await of(hex('00010203'), '图纸', OCTETS, { extension: 'dwg' })).name).toBe('图纸.dwg');
    expect((await of(CFB, '', OCTETS, { extension: '.xls' })).name).toBe('file.xls');
  });
});

describe('The kind of a file', () => {
  it.each([
    ['a recording of an Android phone', ISOM, '录音.m4a', 'audio/mp4'],
    ['a recording without a type', ISOM, '录音.m4a', ''],
    ['a recording without a name', ISOM, '', 'audio/mp4'],
    ['a recording by its old type', MP42, '', 'audio/x-m4a'],
    ['sound of a stream', DASH, 'audio.m4a', ''],
    ['sound of a stream, by its type', DASH, '', 'audio/mp4'],
    ['sound by its mark', fileLike('audio/mp4', 99), 'a.mp4', 'video/mp4'],
    ['a text like a QuickTime atom', COUPONS, 'offer.txt', 'text/plain'],
    ['a text like a QuickTime atom, whatever is said', COUPONS, 'offer.mov', 'video/quicktime'],
    ['a text that is called a picture', HTML, 'a.png', 'image/png'],
    ['bytes that are called a picture', hex('00010203'), 'a.png', 'image/png'],
    ['a picture that phones do not show', fileLike('image/heic', 99), 'a.jpg', 'image/jpeg'],
  ])('of %s is a file', async (_what, head, name, declared) => {
    expect((await of(head, name, declared)).kind).toBe('file');
  });

  it.each([
    ['a film', ISOM, 'a.mp4', 'video/mp4', 'video'],
    ['a film that nobody described', ISOM, '', '', 'video'],
    ['a film of a stream', DASH, 'a.mp4', '', 'video'],
    ['a picture that is called a text', fileLike('image/png', 99), 'a.txt', 'text/plain', 'image'],
    ['an old picture', fileLike('image/bmp', 99), 'a.bmp', 'image/x-ms-bmp', 'image'],
  ])('of %s is %s', async (_what, head, name, declared, kind) => {
    expect((await of(head, name, declared)).kind).toBe(kind);
  });

  it('is what its tracks say, where they were seen', async () => {
    const tracks = (...kinds: string[]): Partial<Evidence> => ({ tracks: new Set(kinds) });
    expect(await of(ISOM, 'a.mp4', 'video/mp4', tracks('soun'))).toMatchObject({
      kind: 'file',
      mime: 'audio/mp4',
    });
    expect(await of(ISOM, '', OCTETS, tracks('soun'))).toMatchObject({ kind: 'file', name: 'file.m4a' });
    expect(await of(ISOM, 'a.mp4', '', tracks('vide', 'soun'))).toMatchObject({ kind: 'video' });
    const m4a = fileLike('audio/mp4', 99);
    expect(await of(m4a, 'a.mp4', '', tracks('vide'))).toMatchObject({ kind: 'video', mime: 'video/mp4' });
    // The second track is the picture of the album.
    expect(await of(m4a, 'a.m4a', '', tracks('vide', 'soun'))).toMatchObject({ kind: 'file' });
  });
});

describe('identify', () => {
  const heads = fc.oneof(
    fc
      .constantFrom(
        'image/png',
        'video/mp4',
        'audio/mpeg',
        'application/pdf',
        'application/zip',
        'image/svg+xml',
      )
      .map((type) => fileLike(type, 300)),
    fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    fc.string({ unit: 'grapheme', maxLength: 100 }).map(text),
    fc
      .string({ unit: 'grapheme', maxLength: 100 })
      .map((content) => Buffer.from(`\ufeff${content}`, 'utf16le')),
    fc
      .tuple(fc.constantFrom('Get free ', 'The moov ', 'BM', 'GIF', 'ID3', 'PK', '月报free'), fc.lorem())
      .map((parts) => text(parts.join(''))),
  );
  const names = fc.constantFrom(
    '',
    'a',
    '月报',
    '123',
    'a.ts',
    'a.m4a',
    'a.php',
    'a.txt',
    'a.docx',
    'a.xyz',
    '.b',
  );
  const types = fc.constantFrom(
    '',
    OCTETS,
    'text/plain',
    'image/png',
    'audio/mp4',
    'video/mp2t',
    DOCX,
    'nonsense',
    'a/b;c',
  );

  it('keeps the name up to its extension, says the same again for the name that it gave, and takes no text for a film', async () => {
    await fc.assert(
      fc.asyncProperty(heads, names, types, async (head, name, declared) => {
        const first = await of(head, name, declared);
        const stem = name.replace(/\.[^.]*$/, '') || 'file';
        expect(first.name.startsWith(stem) || name.startsWith('.')).toBe(true);
        expect(await of(head, first.name, declared)).toEqual(first);
        const isPlainText =
          /^[\p{L}\p{N} .,!]*$/u.test(head.toString()) && !head.toString().includes('\ufffd');
        if (isPlainText) expect(first.kind).toBe('file');
      }),
      { numRuns: 2_000 },
    );
  });
});
