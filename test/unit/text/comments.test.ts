import { hasComments, isQuotedByCode, mayBeComment } from '../../../text/comments';
import { parseMarkdown } from '../../../text/parser';
import { forWeChat, toPlain } from '../../support/texts/whole';

describe('hasComments', () => {
  it.each([
    ['a script', '# 安装依赖\nsudo apt-get install -y nginx\n# 重启\nsystemctl restart nginx'],
    ['settings', 'a: 1\n# comment\nb:\n  - c'],
    ['variables', '# where\nDATA_DIR=/srv'],
    ['a program', 'x = f(y)\n##### helpers\ndef g(a):'],
  ])('sees those of %s, and plain text keeps them', (_what, text) => {
    expect(hasComments(parseMarkdown(text))).toBe(true);
    expect(toPlain(text)).toBe(text);
    expect(forWeChat(text)).toBe(text);
  });

  it.each([
    ['a title', '# 结论\n今天天气很好。\n\n# Next\nGo out.'],
    ['a title of a list', '# 清单\n- 买菜\n1. a=b'],
    ['a title above a command', '# 安装\n\nnpm install x --save'],
    ['sections', '## Install\nnpm install x --save'],
  ])('takes %s for a heading', (_what, text) => {
    expect(hasComments(parseMarkdown(text))).toBe(false);
    expect(toPlain(text)).toBe(text.replace(/^#+ /gm, ''));
  });

  it('says of few levels that they may be comments', () => {
    expect(['#', '##', '###', '####', '#####', '######'].filter(mayBeComment)).toEqual([
      '#',
      '#####',
      '######',
    ]);
  });
});

describe('isQuotedByCode', () => {
  it.each([
    'export VER=`date +%Y`',
    'SELECT `id`, `name` FROM `t_order` WHERE `a` = 1',
    'INSERT INTO `t` (`a`) VALUES (1)',
    'ALTER TABLE `t` ADD `c` INT',
    '用 `库`.`表` 查',
  ])('knows the backticks of %j, and plain text keeps them', (text) => {
    expect(toPlain(text)).toBe(text);
  });

  it.each([
    ['运行 `npm i`，然后 select `Save`', '运行 npm i，然后 select Save'],
    ['变量（`a`）和 `b`.', '变量（a）和 b.'],
  ])('takes those of %j for Markdown', (text, plain) => {
    expect(toPlain(text)).toBe(plain);
  });

  it('are markup where words of a statement stand in the midst of a line, however far away', () => {
    for (let length = 280; length < 310; length++) {
      const text = `a INSERT INTO b ${'今'.repeat(length)} \`c\``;
      expect(toPlain(text)).toBe(text.replaceAll('`', ''));
    }
  });

  it('looks no further than a statement is long', () => {
    const text = `SELECT a FROM b; ${'x'.repeat(400)} \`c\``;
    expect(isQuotedByCode(text, text.length - 3, text.length)).toBe(false);
  });
});
