import fc from 'fast-check';

import { cleanFileName, nameFromWeb } from '../../../../../nodes/WeChat/media/fileName';

const latin1 = (text: string): string => Buffer.from(text).toString('latin1');

/** Names made of what people and programs put into names. */
const NAME = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 600 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc
    .array(
      fc.oneof(
        fc.constantFrom(
          'CON',
          'nul',
          'Com1',
          '月报',
          '.',
          ' ',
          ':',
          '/',
          '\\',
          '\u200d',
          '\u200b',
          '\ud83d',
          '❤️',
          '👩‍💻',
        ),
        fc.constantFrom(
          '=?UTF-8?B?',
          '5pyI',
          '?=',
          '%E6%9C%88',
          '%2F',
          '%',
          '.pdf',
          '.tar.gz',
          '..',
          '\u202e',
          'ü',
        ),
      ),
      { maxLength: 12 },
    )
    .map((parts) => parts.join('')),
);

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
    'console.log',
    'common.txt',
    'nullable',
    '100%.txt',
    '❤️ Herz.png',
    '1️⃣ Plan.pdf',
    '葛\u{e0100}城.txt',
    'می\u200cخواهم.pdf',
    'क्\u200dष.txt',
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
    ['...', ''],
    ['CON', '_CON'],
    ['nul.txt', '_nul.txt'],
    ['Com1.tar.gz', '_Com1.tar.gz'],
    ['lpt³', '_lpt³'],
    ['CONIN$', '_CONIN$'],
    ['con .txt', '_con .txt'],
    ['aux', '_aux'],
    ['a:b', 'a_b'],
    ['report.txt:stream.exe', 'report.txt_stream.exe'],
    ['what?*<>|".pdf', 'what______.pdf'],
    ['name. ', 'name'],
    ['name...', 'name'],
    ['a\u200bb\ufeff\u2060.pdf', 'ab.pdf'],
    ['in\u00advisible\u200d.pdf', 'invisible.pdf'],
    ['\u3164', ''],
    ['tag\u{e0041}\u{e007f}.txt', 'tag.txt'],
    ['half\ud83d.txt', 'half_.txt'],
    ['mac\uf022share.txt', 'mac_share.txt'],
    ['COM¹.txt', '_COM¹.txt'],
    ['NUL\u200b.txt', '_NUL.txt'],
    ['%43ON.txt', '_CON.txt'],
    ['a.txt::$DATA', 'a.txt__$DATA'],
    ['..%2f..%2fetc', '..%2f..%2fetc'],
    ['pay\ufe0froll.txt', 'payroll.txt'],
    ['\ufe0f\ufe0f', ''],
    ['pay\ufe0f\u200droll.txt', 'payroll.txt'],
    ['a\u{e0100}b.txt', 'ab.txt'],
    ['\u2800', ''],
    ['a\u2800b.txt', 'a b.txt'],
    ['line\u2028break.txt', 'linebreak.txt'],
    ['=?UTF-8?B?5pyI5oqlLnhsc3g=?=', '月报.xlsx'],
    ['=?utf-8?Q?B=C3=BCro_1.txt?=', 'Büro 1.txt'],
    ['=?gb2312?B?1MKxqC5kb2M=?=', '月报.doc'],
    ['%E6%9C%88%E6%8A%A5.xlsx', '月报.xlsx'],
    ['a%20b.pdf', 'a b.pdf'],
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

  it('keeps the beginning of a name that is one sign with too many marks', () => {
    const short = cleanFileName(`q${'\u0330'.repeat(200)}.txt`);
    expect(short).toMatch(/^q\u0330+\.txt$/u);
    expect(Buffer.byteLength(short)).toBeLessThanOrEqual(240);
  });

  it('never gives a path, a control character, or a name that is too long', () => {
    fc.assert(
      fc.property(NAME, (name) => {
        const clean = cleanFileName(name);
        expect(clean).not.toMatch(/[/\\<>:"|?*\p{Cc}\u200b\ufeff]|[. ]$/u);
        expect(clean).not.toMatch(/^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i);
        expect(clean.isWellFormed()).toBe(true);
        expect(['.', '..']).not.toContain(clean);
        expect(Buffer.byteLength(clean)).toBeLessThanOrEqual(240);
        expect(cleanFileName(clean)).toBe(clean);
      }),
    );
  });
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
    ['attachment; filename="=?UTF-8?B?5pyI5oqlLnhsc3g=?="', '月报.xlsx'],
  ])('%s is %s', (disposition, name) => expect(cleanFileName(nameFromWeb(disposition, url)!)).toBe(name));

  it.each(['', 'inline', 'attachment; filename=""', '";;', "attachment; filename*=GBK''%B1"])(
    'takes it from the address when the header is %j',
    (disposition) => expect(cleanFileName(nameFromWeb(disposition, url)!)).toBe('报告.pdf'),
  );

  it.each([
    ['https://e.example/download', 'download'],
    ['https://e.example/a/download.php?id=3', 'download.php'],
    ['https://e.example/%E6%9C%88%E6%8A%A5', '月报'],
    ['https://e.example/report%281%29.pdf', 'report(1).pdf'],
    ['https://e.example/%zz', '%zz'],
  ])('is the end of %s', (address, name) => expect(cleanFileName(nameFromWeb('', address)!)).toBe(name));

  it('is unknown when the address has no end', () => {
    expect(nameFromWeb('', 'https://e.example/')).toBeUndefined();
  });
});
