import fc from 'fast-check';
import { forWeChat, splitText, toPlain } from '../../support/texts/whole';

const MARKUP = [
  ...[
    '*',
    '**',
    '_',
    '__',
    '~~',
    '`',
    '``',
    '```',
    '~~~',
    '\n',
    '\n\n',
    '  ',
    '    ',
    '\t',
    '# ',
    '##### ',
    '> ',
  ],
  ...[
    '- ',
    '* ',
    '+ ',
    '1. ',
    '2) ',
    '[ ] ',
    '[x] ',
    '](',
    '![',
    '[',
    ']',
    ')',
    '<br>',
    '<b>',
    '</b>',
    '<a href="/u">',
  ],
  ...[
    '</a>',
    '<https://x.y>',
    'https://x.y/a_b_c',
    '&lt;',
    '&amp;',
    '&nbsp;',
    '\\*',
    '\\',
    '\\\n',
    '|',
    '|---|---|\n',
  ],
  ...[
    '| a | b |\n',
    '---\n',
    '===\n',
    '***',
    '<div>',
    '<td>',
    '<li>',
    '<sup>',
    '<name>',
    '。',
    '：',
    '[^1]: ',
    ':',
    '!',
  ],
];
const wild = fc.oneof(
  fc.constantFrom(...MARKUP, 'word ', '中文', '👨‍👩‍👧‍👦', '\ud800', '\0', '\u3000', '\r\n', '"'),
  fc.string({ unit: 'grapheme', maxLength: 4 }),
  fc.string({ unit: 'binary', maxLength: 4 }),
);
const wildText = fc.array(wild, { maxLength: 40 }).map((pieces) => pieces.join(''));
const RUNS = { numRuns: 2000 };

const ANSWER = `# 如何用 n8n 连接微信

你好！👋 下面是*完整*的步骤，**注意：**请先备份。See the [guide](https://example.com/a_b/c_d) or https://example.org.

##### 1. 准备 **环境**

- [x] 安装 Node.js 24
- [ ] 配置 \`WECHAT_TOKEN\`
  - 在 [控制台](https://console.example.com) 里
    - 第三层 *deep*

> 提示：不要把 token 发给别人。
> It is *secret*.

| 参数 | 值 |
|---|---|
| port | *5678* |

| 参数名称 | 说明 | 默认值 |
|:---|:---:|---:|
| timeout | 请求超时的毫秒数，包括所有重试 | 15000 |
| retries | see [docs](https://example.com/r) | 3 |

~~~ts
const a_b = x * y * z; // *不变* <b>
~~~

![架构图](https://example.com/a.png) E = mc<sup>2</sup>，~~旧价~~ a &lt; b &amp;&amp; c<br>完 👨‍👩‍👧‍👦

---

1. 第一
2. 第二[^1]

[^1]: 脚注
`;

describe('forWeChat', () => {
  it('keeps what phones render and makes the rest of a real answer readable', () => {
    expect(forWeChat(ANSWER)).toBe(
      `# 如何用 n8n 连接微信

你好！👋 下面是完整的步骤，**注意：**请先备份。See the guide (https://example.com/a_b/c_d) or https://example.org.

**1. 准备 环境**

- ☑ 安装 Node.js 24
- ☐ 配置 \`WECHAT_TOKEN\`
  - 在 控制台 (https://console.example.com) 里
    - 第三层 *deep*

> 提示：不要把 token 发给别人。
> It is *secret*.

| 参数 | 值 |
|---|---|
| port | *5678* |

- 参数名称: timeout
  - 说明: 请求超时的毫秒数，包括所有重试
  - 默认值: 15000
- 参数名称: retries
  - 说明: see docs (https://example.com/r)
  - 默认值: 3

\`\`\`ts
const a_b = x * y * z; // *不变* <b>
\`\`\`

架构图 (https://example.com/a.png) E = mc^2，~~旧价~~ a < b && c
完 👨‍👩‍👧‍👦

---

1. 第一
2. 第二[^1]

[^1]: 脚注
`,
    );
  });

  it.each([
    ['a link', '[text](https://a.b)', 'text (https://a.b)'],
    ['a link with a title', '[text](https://a.b "Title")', 'text (https://a.b "Title")'],
    ['a link whose text is its address', '[https://a.b](https://a.b)', 'https://a.b'],
    ['a link without text', '[](https://a.b)', 'https://a.b'],
    ['a link without an address, which is code', '[text]() [](){}', '[text]() [](){}'],
    ['a link with bold text', '[**text**](https://a.b)', '**text** (https://a.b)'],
    ['an address with Chinese', '[文档](https://a.b/文档)', '文档 (https://a.b/文档)'],
    ['addresses in angle brackets', 'Me <me@a.b> <https://a.b>', 'Me <me@a.b> <https://a.b>'],
    ['an image', '![alt](https://a.b/c.png)', 'alt (https://a.b/c.png)'],
    ['an image without a description', '![](https://a.b/c.png)', 'https://a.b/c.png'],
    ['an image inside of the text', '![chart](data:image/png;base64,AAAA)', '[image: chart]'],
    ['an image with neither', '![]()', '![]()'],
    ['an image that is a link', '[![ci](https://c.i)](https://a.b)', 'ci (https://c.i) (https://a.b)'],
    ['a script link, which is text', '[x](javascript:alert(1))', 'x (javascript:alert(1))'],
    ['italics around Chinese', '*中文* _中文_ *en 中*', '中文 中文 en 中'],
    ['italics around other text', '*english* _too_', '*english* _too_'],
    ['bold italics around Chinese', '***中文***', '**中文**'],
    ['bold next to Chinese punctuation', '**注意：**请', '**注意：**请'],
    ['italics next to Chinese punctuation', '这是*“重点”*内容', '这是“重点”内容'],
    ['a deep heading', '###### *Deep* `code` ##', '***Deep* `code`**'],
    ['headings 1 to 4', '# a\n## b ##\n### c\n#### d', '# a\n## b ##\n### c\n#### d'],
    ['a deep heading in a list', '- ##### a', '- **a**'],
    ['a task in another style', '1. [X] done', '1. ☑ done'],
    ['what only looks like a task', '[x] not in a list', '[x] not in a list'],
    ['HTML', '<p>a <b>b</b> <i>c</i></p>', 'a b c'],
    ['a line break of HTML in a quote', '> a<br/>b', '> a\n> b'],
    ['a line break of HTML in a list', '1. a<br/>b', '1. a\n   b'],
    ['a line break of HTML in a heading', '# a<br/>b', '# a b'],
    ['a link of HTML', '<a href="https://a.b?x=1&amp;y">t</a>', 't (https://a.b?x=1&y)'],
    ['an image of HTML', "<img alt='t' src=https://a.b/c.png>", 't (https://a.b/c.png)'],
    ['a list of HTML', '<ul><li>a</li><li>b</li></ul>', '- a\n- b'],
    ['a row of HTML', '<tr><td>a</td><td>b</td></tr>', 'a | b'],
    ['a comment among HTML', '<p>a</p><!-- b -->c', 'a\nc'],
    ['a comment alone', 'a <!-- more --> c', 'a <!-- more --> c'],
    ['what only looks like HTML', 'List<String> <your-name> a<b', 'List<String> <your-name> a<b'],
    ['entities', '&copy; &quot;x&quot; a &lt; b &#20013;', '© "x" a < b 中'],
    ['entities of a tag', '&lt;b&gt; &amp;lt;', '<b> &lt;'],
    ['escapes that change nothing', 'a\\_b \\> c\\.', 'a\\_b \\> c\\.'],
    ['escapes that hold markup back', '\\*a\\* \\# \\`b\\`', '\\*a\\* \\# \\`b\\`'],
    ['an escaped list marker', '1\\. x', '1\\. x'],
    ['strikethrough', '~~a~~', '~~a~~'],
    ['code with backticks', '`` a`b `` and `` ` ``', '`` a`b `` and `` ` ``'],
    ['a fence of tildes with backticks in it', '~~~md\n```\nx\n```\n~~~', '````md\n```\nx\n```\n````'],
    ['a fence of tildes that nothing closes', '~~~md\nx', '~~~md\nx'],
    ['markup in a fence', '```\n[a](b) *中* <br>\n```', '```\n[a](b) *中* <br>\n```'],
    ['indented code', 'a\n\n    [a](b) <b>', 'a\n\n    [a](b) <b>'],
    ['an address with underscores and asterisks around it', '**https://a.b/c_d_e**', '**https://a.b/c_d_e**'],
    ['a text over several lines of a list', '- a *中*\n  b [c](/d)\n\n  e', '- a 中\n  b c (/d)\n\n  e'],
  ])('turns %s into what a phone shows well', (_name, markdown, expected) => {
    expect(forWeChat(markdown)).toBe(expected);
  });

  it('keeps cells that Markdown would not show, and bars inside of cells', () => {
    const wide = `| ${'long header '.repeat(4)} | b |\n|---|---|\n| 1 \\| 2 | | extra |`;
    expect(forWeChat(wide)).toBe(`- ${'long header '.repeat(4).trim()}: 1 | 2\n  - b:\n  - extra`);
    expect(forWeChat('> | a | b |\n> |---|---|\n> | *中* \\| | [x](/y) | z |')).toBe(
      '> | a | b |\n> |---|---|\n> | 中 \\| | x (/y) | z |',
    );
  });

  it.each(plainTexts())('gives %j back unchanged', (text) => {
    expect(forWeChat(text)).toBe(text);
    expect(toPlain(text)).toBe(text);
  });

  it('gives text without markup back unchanged', () => {
    const words = fc.constantFrom(
      'word',
      '你好，',
      '3.5',
      'a_b_c',
      '2 * 3',
      'it’s',
      '😀',
      '#tag',
      '(x)',
      'e.g.',
      'a: b',
      '@me',
      '$5',
    );
    const line = fc.tuple(
      fc.constantFrom('', ' ', '   '),
      fc.array(words, { minLength: 1 }),
      fc.constantFrom('', ' '),
    );
    const lines = fc.array(
      fc.oneof(
        fc.constant(''),
        line.map(([a, b, c]) => a + b.join(' ') + c),
      ),
    );
    fc.assert(
      fc.property(lines, (all) => {
        expect(forWeChat(all.join('\n'))).toBe(all.join('\n'));
        expect(toPlain(all.join('\n'))).toBe(all.join('\n'));
      }),
      RUNS,
    );
  });

  // What was decoded once must not be decoded again: `&amp;lt;` is the text `&lt;`.
  it.each(['##### a* b', '##### 〃* x', '###### 2 * 3 *c* d*'])(
    'makes a deep heading bold only where its own signs leave it bold: %s',
    (text) => {
      expect(forWeChat(text)).not.toMatch(/\*\*/);
      expect(forWeChat('##### 说明 *x* y')).toBe('**说明 *x* y**');
    },
  );

  it('changes nothing the second time in text without HTML', () => {
    expect(forWeChat(forWeChat(ANSWER))).toBe(forWeChat(ANSWER));
    fc.assert(
      fc.property(
        wildText.map((text) => text.replace(/[<&]/g, '')),
        (text) => expect(forWeChat(forWeChat(text))).toBe(forWeChat(text)),
      ),
      RUNS,
    );
  });

  it('loses no word, whatever markup is around it', () => {
    const pieces = fc.array(fc.oneof(fc.constantFrom(...MARKUP), fc.constantFrom('W ', '中W')), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(pieces, (parts) => {
        const text = numbered(parts.join(''));
        const words = text.match(/W\d+W/g) ?? [];
        for (const word of words) {
          expect(forWeChat(text)).toContain(word);
          // The info string of a fence is markup.
          if (!/[`~]{3}/.test(text)) expect(toPlain(text)).toContain(word);
        }
      }),
      RUNS,
    );
  });

  it.each([
    ['quotes', '> '.repeat(5000)],
    ['lists', '- '.repeat(5000)],
    ['brackets', '['.repeat(20_000)],
    ['images', `${'!['.repeat(500)}a${'](b)'.repeat(500)}`],
    ['emphasis', '*a _b **c __d '.repeat(3000)],
    ['tags', '<a href="'.repeat(5000)],
    ['links of HTML', '<a href="x">'.repeat(20_000)],
    ['fences', '```\n'.repeat(5000)],
    ['tables', `|a|b|\n|-|-|\n${'|1|2|\n'.repeat(3000)}\n`.repeat(2)],
  ])('neither throws nor loses itself in thousands of %s', (_name, text) => {
    for (const format of [forWeChat, toPlain]) expect(() => format(text)).not.toThrow();
  });

  it('stays whole through splitting: every code block, link and row of a long answer arrives', () => {
    const rendered = forWeChat(`${ANSWER}\n`.repeat(30));
    const parts = splitText(rendered);
    expect(parts.length).toBe(Math.ceil(parts.join('').length / 2000));
    for (const needle of [
      '```ts\nconst a_b = x * y * z; // *不变* <b>\n```',
      'guide (https://example.com/a_b/c_d)',
    ]) {
      expect(parts.reduce((sum, part) => sum + part.split(needle).length - 1, 0)).toBe(30);
    }
  });
});

describe('toPlain', () => {
  it('leaves no markup of a real answer', () => {
    const plain = toPlain(ANSWER);
    expect(plain).not.toMatch(/\*\*|```|^#|^>|<br>|&lt;|\]\(|\|---/m);
    expect(plain).toContain(
      '注意：请先备份。See the guide (https://example.com/a_b/c_d) or https://example.org.',
    );
    expect(plain).toContain('const a_b = x * y * z; // *不变* <b>');
    expect(plain).toContain('- 参数: port\n  - 值: 5678');
    expect(plain).toContain('提示：不要把 token 发给别人。\nIt is secret.');
  });

  it.each([
    ['bold, italics, strikethrough and code', '**a** *b* ~~c~~ `d`', 'a b ~~c~~ d'],
    ['bold next to Chinese', '**重点：**内容', '重点：内容'],
    ['headings', '# a #\n##### b', 'a\nb'],
    ['escapes and entities', '\\*a\\* &lt;b&gt;', '*a* <b>'],
    ['quotes', '> a\n>\n> > b', 'a\n\nb'],
    ['a rule, which reads as one', '> a\n>\n> ***', 'a\n\n***'],
    ['asterisks that mark a list', '* a\n  * b', '* a\n  * b'],
    ['a fence', '```js\n  a\n\n b\n```', '  a\n\n b'],
    ['a fence in a list', '- a\n  ```js\n  b\n  ```', '- a\n  b'],
    ['a fence that opens a list item', '- ```js\n  b\n  ```', '- \n  b'],
    ['a fence in a quote', '> ```\n> a\n> ```', 'a'],
    ['a table in a quote', '> | a |\n> |---|\n> | b |', '- a: b'],
    ['a table without rows', '| a | b |\n|---|---|', '- a, b'],
    ['a line that a shell goes on with', 'a \\\n  b', 'a \\\n  b'],
  ])('writes %s without markup', (_name, markdown, expected) => {
    expect(toPlain(markdown)).toBe(expected);
  });

  it('throws for no text', () => {
    fc.assert(
      fc.property(wildText, (text) => {
        expect(typeof toPlain(text)).toBe('string');
      }),
      RUNS,
    );
  });
});

function plainTexts(): string[] {
  return [
    ...[
      '',
      ' ',
      '\n\n',
      'hello',
      '  indented\n   more  \n',
      'a\n\n\n\nb\n',
      '    four spaces\n\n\ttab',
      '5 * 3 * 2',
      'a * b',
    ],
    ...[
      'snake_case_word and __init',
      '1. first',
      '1.',
      '#hashtag #另一个',
      '- dash',
      '-5 °C',
      '3 > 2',
      'a < b > c',
    ],
    ...[
      '100%',
      'C:\\dir\\file',
      '\\o/',
      'a | b',
      '[1] see below',
      '[x]: https://a.b',
      'a\n---x',
      'Title\n=====',
    ],
    ...[
      'https://a.b/c_d?e=_f_&copy=1#g',
      'AT&T & co;',
      '~5 min',
      'x ~ y',
      '你好　全角',
      '\ud800',
      'nul\0',
      '`',
      '**',
    ],
  ];
}

/** Makes every `W` a word of its own. */
function numbered(text: string): string {
  let count = 0;
  return text.replace(/W/g, () => `W${(count += 1)}W`);
}
