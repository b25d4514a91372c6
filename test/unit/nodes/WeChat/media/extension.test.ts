import {
  extensionIn,
  extensionOfType,
  saysNothing,
  typeOfExtension,
  withExtension,
} from '../../../../../nodes/WeChat/media/extension';

describe('An extension', () => {
  it.each([
    ['a.PDF', 'pdf'],
    ['a.tar.gz', 'gz'],
    ['月报.docx', 'docx'],
    ['a.7z', '7z'],
    ['月报', ''],
    ['2026.11', ''],
    ['.gitignore', ''],
    ['a.', ''],
    ['1. Chapter one', ''],
    ['', ''],
  ])('of %j is %j', (name, ext) => expect(extensionIn(name)).toBe(ext));

  it.each([
    ['audio/mpeg', 'mp3'],
    ['video/quicktime', 'mov'],
    ['application/msword', 'doc'],
    ['application/vnd.android.package-archive', 'apk'],
    ['image/svg+xml', 'svg'],
    ['never/heard', ''],
  ])('of files of the type %s is %j', (mime, ext) => expect(extensionOfType(mime)).toBe(ext));

  it('stands for a type, for nothing, or is unknown', () => {
    expect(typeOfExtension('docx')).toContain('wordprocessingml');
    expect(typeOfExtension('xmind')).toBe('');
    expect(typeOfExtension('')).toBe('');
    expect(saysNothing('php')).toBe(true);
    expect(saysNothing('pdf')).toBe(false);
  });

  it('is added, or put in the place of one that says nothing, unless the one that is there fits', () => {
    const never = (): boolean => false;
    expect(withExtension('a', 'pdf', never)).toBe('a.pdf');
    expect(withExtension('a.php', 'pdf', never)).toBe('a.pdf');
    expect(withExtension('a.txt', 'pdf', never)).toBe('a.txt.pdf');
    expect(withExtension('a.txt', 'pdf', () => true)).toBe('a.txt');
    expect(withExtension('a', '', never)).toBe('a');
  });
});
