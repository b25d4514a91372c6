import fc from 'fast-check';
import { forWeChat, splitText, toPlain } from '../../support/texts/whole';

/** One kind of text on which this package, or another program, once failed; with others of its kind. */
const BOTH = { weChat: forWeChat, plain: toPlain };
const formats = Object.entries(BOTH);

describe('Backslashes', () => {
  const texts = [
    String.raw`备份已写入 C:\Users\user\.config\app\settings.json`,
    String.raw`\\fileserver\share\_archive\(2026)\*.log`,
    String.raw`执行 sed 's/\./-/g' a.txt && find . -name \*.log -exec rm {} \; ，正则 ^\d+\.\d+$`,
    'docker run \\\n  -v a:b \\\n  image',
    String.raw`公式 \[ \frac{a}{b} \, \{x\} \] 和 \( a_1 \)，$\sum_{i=1}^n \alpha_i$`,
    String.raw`{"text":"他说\"好\"\n","path":"C:\\tmp\\_x","re":"\\d+\\.\\d*"}`,
    String.raw`grep -E '\[(ERROR|WARN)\] \*{3}' app\.log`,
    String.raw`printf "%s\\n" \"\$HOME\" \#1 \- \+`,
  ];
  test.each(formats)('stay in %s where they escape nothing', (_name, format) => {
    for (const text of texts) expect(format(text)).toBe(text);
  });

  test('that hold Markdown back go with the Markdown in plain text, and stay for the phone', () => {
    const text = String.raw`\*not italic\*, \[no link\](https://a.example), \# at the end
1\. no list
\# no heading`;
    expect(forWeChat(text)).toBe(text);
    expect(toPlain(text)).toBe(
      '*not italic*, [no link](https://a.example), \\# at the end\n1. no list\n# no heading',
    );
  });

  test('stay in any path, pattern and formula', () => {
    const name = fc.string({ unit: fc.constantFrom(...'abcXYZ019_.-报告'), minLength: 1, maxLength: 8 });
    const path = fc
      .tuple(
        fc.constantFrom('C:', '\\\\server', 'D:\\_x', '..', '.', '%TEMP%'),
        fc.array(name, { minLength: 1 }),
      )
      .map(([root, names]) => [root, ...names].join('\\'));
    fc.assert(
      fc.property(path, fc.constantFrom(...formats), (text, [, format]) =>
        expect(format(`见 ${text} 。`)).toBe(`见 ${text} 。`),
      ),
      { numRuns: 2_000 },
    );
  });

  test.each(formats)('and underscores stay in %s inside of the word of a path', (_name, format) => {
    for (const text of [
      String.raw`C:\__告_`,
      String.raw`C:\-_报_.txt`,
      String.raw`..\_a_`,
      String.raw`(.\_tmp_)`,
      String.raw`C:\(__报告__)\x`,
      'logs/-_旧_.log',
      String.raw`^\(*x*\)$`,
    ])
      expect(format(`见 ${text} 。`)).toBe(`见 ${text} 。`);
    expect(format('他/她**必须**来')).toBe(format === toPlain ? '他/她必须来' : '他/她**必须**来');
  });
});

describe('Words in angle brackets', () => {
  const texts = [
    '用法：backup <source> <target> [--time <time>]\n- <source>：源目录\n- <time>：保留多久',
    'Java 用 List<a>，Rust 用 Option<i>、Vec<u>，还有 Set<var>',
    'INSERT INTO <table> (<col>) VALUES (<data>)',
    'a<b and c>d',
    'git commit -m <message> <file>...，<address>、<label>、<section>',
    'From: Max <max@mail.example>, <https://a.example/b_c>',
    '<order><id>5</id><time>10:00</time><title>书</title></order>',
    '用 <br> 换行，<p> 开始一段，<!-- 注释 --> 不显示',
    'x <- 5; if (a<b && c>d) std::map<i, b> m;',
  ];
  test.each(formats)('stay in %s where nothing proves that they are HTML', (_name, format) => {
    for (const text of texts) expect(format(text)).toBe(text);
  });

  test.each([
    ['a closing tag', 'a <b>bold</b> and <i>x</i>, List<a>', 'a bold and x, List<a>'],
    [
      'attributes',
      'see <a href="https://a.example/?x=1&amp;y=2">this</a>',
      'see this (https://a.example/?x=1&y=2)',
    ],
    ['a document', '<!doctype html><html><body><p>One<p>Two &lt;b&gt;</body></html>', 'One\nTwo <b>'],
    ['lines of a mail', 'Name: A<br>Mail: b@c.example<br>OK', 'Name: A\nMail: b@c.example\nOK'],
  ])('are HTML where %s proves it', (_what, html, text) => {
    for (const [, format] of formats) expect(format(html)).toBe(text);
  });

  test('any name of HTML alone is text, any pair of its tags is HTML', () => {
    const name = fc.constantFrom(
      ...'a b i u q s em code time data table section summary source p div span title label'.split(' '),
    );
    fc.assert(
      fc.property(name, fc.constantFrom(...formats), (tag, [, format]) => {
        for (const text of [`x <${tag}> y`, `List<${tag}>`, `x </${tag}> y`, `cmd <${tag}> [<${tag}>]`])
          expect(format(text)).toBe(text);
      }),
    );
    for (const tag of ['b', 'em', 'code', 'span', 'time'])
      expect(forWeChat(`x <${tag}>y</${tag}> z`)).toBe('x y z');
  });
});

describe('HTML of a mail', () => {
  const MAIL = `<!DOCTYPE html>
<html><head><title>Order</title><style>p { color: red }

      .a > b { margin: 0 }</style></head>
<body>
      <table width="100%"><tr>

          <td>Order&nbsp;no.</td><td>#42</td></tr></table>
      <p>Hello &quot;Max&quot; &amp; team,<br>use &lt;b&gt; &amp;lt; 2*3*4 __init__</p>
      <script>if (a < b) alert("x");</script><!-- hidden -->
      <ul><li>one</li><li><a href="https://a.example">two</a></li></ul>
</body></html>`;

  test.each(formats)('is its text in %s: no styles, no scripts, entities decoded once', (_name, format) => {
    expect(format(MAIL)).toBe(
      'Order\u00a0no. | #42\nHello "Max" & team,\nuse <b> &lt; 2*3*4 __init__\n\n- one\n- two (https://a.example)',
    );
  });

  test.each(formats)('loses its styles also between other text, in %s', (_name, format) => {
    const text = 'Dear Max,\n<style>.a{b:c}</style>\n<div>Hello</div>\n<script>x()</script>\nBye';
    expect(format(text).replace(/\n+/g, '\n')).toBe('Dear Max,\nHello\nBye');
    const shown = 'Write <script>x()</script> or `<style>` or\n```\n<style>a</style>\n```';
    expect(forWeChat(shown)).toBe(shown);
  });
});

describe('Entities', () => {
  const text = fc.array(
    fc.constantFrom(
      '&lt;',
      '&gt;',
      '&amp;',
      '&quot;',
      '&#39;',
      '&copy;',
      'div',
      '内容',
      ' ',
      '/',
      '<',
      '>',
      '& ',
      '*',
      '\n',
    ),
    { maxLength: 12 },
  );
  const NAMES: Record<string, string> = {
    '&lt;': '<',
    '&gt;': '>',
    '&amp;': '&',
    '&quot;': '"',
    '&#39;': "'",
    '&copy;': '©',
  };

  test.each(['&lt;div&gt;内容&lt;/div&gt;', 'Tom &amp; Jerry &#8217;s'])(
    'of %s are decoded all or none',
    (source) => {
      for (const [, format] of formats) expect(format(source)).not.toMatch(/&[a-z#0-9]+;/);
      for (const [, format] of formats) expect(format(`${source} <x`)).toBe(`${source} <x`);
    },
  );

  test('are decoded all or none in any text, and once', () => {
    fc.assert(
      fc.property(text, (pieces) => {
        const source = `a${pieces.join('')}z`;
        const decoded = source.replace(/&(?:lt|gt|amp|quot|#39|copy);/g, (entity) => NAMES[entity] ?? entity);
        // Without the signs of italics, which phones do not render around Chinese.
        const bare = (each: string): string => each.replace(/[\s*]/g, '');
        expect([bare(source), bare(decoded)]).toContain(bare(forWeChat(source)));
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('Plain Text', () => {
  test.each([
    '尺寸 10*20*30cm',
    '__Abc_123__ 和 __init__.py',
    '~~100~~ 80',
    '面积 = 长*宽*高，2**10',
    'f(*args, **kwargs) /*注释*/ "*.txt" 和 "*.log"',
    '哈哈*^_^* (*^▽^*) _(:з」∠)_ ¯\\_(ツ)_/¯',
    '{"keys":["_id_","_x"],"any":"*"}',
    '# 安装依赖\nsudo apt-get install -y nginx\nVER=`date +%F`',
    'SELECT `id` FROM `t_order` ORDER BY `id`',
    '* 第一\n* 第二\n\n---\n\n>>> print(1)\n>100 mg',
  ])('keeps the signs of %j', (text) => {
    expect(toPlain(text)).toBe(text);
    expect(forWeChat(text)).toBe(text);
  });
});

describe('A table in a long answer', () => {
  const prose = (count: number): string =>
    Array.from(
      { length: count },
      (_, index) => `第${index}段：今天天气很好，我们去公园散步，看见了很多人。`,
    ).join('\n\n');
  const rows = (count: number): string =>
    Array.from({ length: count }, (_, index) => `| 行${index} | ${index * 7} |`).join('\n');
  const answer = (before: number, count: number, after: number): string =>
    `${prose(before)}\n\n| 名称 | 值 |\n|---|---|\n${rows(count)}\n\n${prose(after)}`;

  test.each([
    [20, 70, 20, 2000],
    [0, 300, 0, 2000],
    [3, 40, 3, 150],
    [50, 1, 50, 500],
  ])(
    'of %i paragraphs, %i rows and %i paragraphs has its header in every part that has rows',
    (before, count, after, maxCharacters) => {
      const parts = splitText(forWeChat(answer(before, count, after)), { maxCharacters });
      expect(parts.length).toBeGreaterThan(1);
      for (const part of parts) {
        expect(part.length).toBeLessThanOrEqual(maxCharacters);
        if (/^\| 行/m.test(part)) expect(part).toMatch(/\| 名称 \| 值 \|\n\|---\|---\|\n\| 行/);
        expect(part).not.toMatch(/\|---\|---\|\s*$/);
      }
      const all = parts.join('\n');
      for (let index = 0; index < count; index += 1) expect(all.split(`| 行${index} |`)).toHaveLength(2);
    },
  );
});

describe('A cut', () => {
  test.each([
    ['bold', '**', `**${'重要的事情说三遍，'.repeat(3)}完**`],
    ['italics', '*', `*${'some more words '.repeat(3)}end*`],
    ['inline code', '`', `\`${'let a = b; '.repeat(3)}end\``],
  ])(
    'leaves %s whole where it fits into a message, and else closes and opens it again',
    (_what, sign, span) => {
      const whole = splitText(`${'普通的文字。'.repeat(12)}${span} ${'more text. '.repeat(8)}`, {
        maxCharacters: 100,
      });
      expect(whole.some((part) => part.includes(span))).toBe(true);
      const long = sign + span.slice(sign.length, -sign.length).repeat(8).trim() + sign;
      const parts = splitText(`看：${long} 完`, { maxCharacters: 100 });
      expect(parts.length).toBeGreaterThan(2);
      for (const part of parts) {
        expect(part.length).toBeLessThanOrEqual(100);
        expect((part.split(sign).length - 1) % 2).toBe(0);
      }
    },
  );
});
