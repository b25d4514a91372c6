import fc from 'fast-check';

import { cleanFileName, nameFromWeb, nameOfType } from '../../../../../nodes/WeChat/shared/fileName';

const latin1 = (text: string): string => Buffer.from(text).toString('latin1');

describe('cleanFileName', () => {
  it.each([
    '报告 2026.pdf',
    'Отчёт.docx',
    'تقرير.pdf',
    'रिपोर्ट.pdf',
    '보고서.hwp',
    '👩‍👩‍👧 Urlaub.jpg',
    '.gitignore',
    'a..b.txt',
  ])('leaves %s as it is', (name) => expect(cleanFileName(name)).toBe(name));

  it.each([
    ['../../etc/passwd', 'passwd'],
    ['C:\\Users\\me\\报告.pdf', '报告.pdf'],
    ['a\nb\u0000c\u007f.txt', 'abc.txt'],
    ['\u202egpj.exe', 'gpj.exe'],
    ['  spaces.txt ', 'spaces.txt'],
    ['folder/', ''],
    ['..', ''],
    ['', ''],
  ])('makes %j into %j', (name, expected) => expect(cleanFileName(name)).toBe(expected));

  it('composes what a Mac took apart', () => {
    expect(cleanFileName('Bu\u0308ro.txt')).toBe('Büro.txt');
  });

  it('shortens a long name before its extension, and no sign in the middle', () => {
    const long = `${'报👩‍👩‍👧'.repeat(60)}.pdf`;
    const short = cleanFileName(long);
    expect(Buffer.byteLength(short)).toBeLessThanOrEqual(240);
    expect(short.endsWith('.pdf')).toBe(true);
    expect(short.slice(0, -4)).toMatch(/^(报👩‍👩‍👧)*报?$/u);
  });

  it('never gives a path, a control character, or a name that is too long', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 600 }), (name) => {
        const clean = cleanFileName(name);
        expect(clean).not.toMatch(/[/\\\p{Cc}]/u);
        expect(['.', '..']).not.toContain(clean);
        expect(Buffer.byteLength(clean)).toBeLessThanOrEqual(240);
        expect(cleanFileName(clean)).toBe(clean);
      }),
    );
  });
});

describe('nameOfType', () => {
  it.each([
    ['application/pdf', 'file.pdf'],
    ['text/csv', 'file.csv'],
    ['application/x-never-heard-of', 'file'],
    ['', 'file'],
    [undefined, 'file'],
  ])('of %s is %s', async (mimeType, name) => expect(await nameOfType(mimeType)).toBe(name));
});

describe('nameFromWeb', () => {
  const url = 'https://files.example/a/%E6%8A%A5%E5%91%8A.pdf?token=x';

  it.each([
    ['attachment; filename="plain.txt"', 'plain.txt'],
    [`attachment; filename="x.pdf"; filename*=UTF-8''%E6%8A%A5%E5%91%8A.docx`, '报告.docx'],
    [`attachment; filename="${latin1('报告.xlsx')}"`, '报告.xlsx'],
    ['attachment; filename="%E6%8A%A5.zip"', '报.zip'],
    [`attachment; filename="${latin1('Büro')}.txt"`, 'Büro.txt'],
    ['attachment; filename="B\u00fcro.txt"', 'Büro.txt'],
    ['attachment; filename="100%.txt"', '100%.txt'],
  ])('%s is %s', (disposition, name) => expect(nameFromWeb(disposition, url)).toBe(name));

  it.each(['', 'inline', 'attachment; filename=""', '";;', "attachment; filename*=GBK''%B1"])(
    'takes it from the address when the header is %j',
    (disposition) => expect(nameFromWeb(disposition, url)).toBe('报告.pdf'),
  );

  it.each([
    'https://e.example/',
    'https://e.example/download',
    'https://e.example/.hidden',
    'https://e.example/%zz',
  ])('is unknown when %s does not end like a file', (address) =>
    expect(nameFromWeb('', address)).toBeUndefined(),
  );
});
