import { withoutStyles } from '../../../text/hidden';

describe('withoutStyles', () => {
  it.each([
    ['styles beside other HTML', 'a<style x="y">b</STYLE >c<p>d</p>', 'ac<p>d</p>'],
    ['a style alone', 'a<style>b</style>c', 'a<style>b</style>c'],
    ['a style that nothing ends', '<p>a</p><style>b', '<p>a</p><style>b'],
    ['code', '<p>a</p>\n```\n<style>b</style>\n```', '<p>a</p>\n```\n<style>b</style>\n```'],
  ])('knows %s', (_what, text, expected) => {
    expect(withoutStyles(text)).toBe(expected);
  });
});
