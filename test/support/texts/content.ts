/** A piece of a document, and what has to arrive of it: everything but its markup. White space does not count. */
export interface Piece {
  source: string;
  weChat: string;
  plain: string;
}

export const content = (text: string): Piece => ({ source: text, weChat: text, plain: text });
export const piece = (source: string, weChat: string, plain: string): Piece => ({ source, weChat, plain });

/** What is no markup, though it looks like it. All of it broke once, here or in another program. */
export const CONTENT: readonly string[] = [
  ...[
    String.raw`C:\Users\user\.config\app\settings.json`,
    String.raw`\\server\share\_tmp\2026.log`,
    String.raw`D:\数据\*.log`,
  ],
  ...[
    String.raw`^\d+\.\d+$`,
    String.raw`sed 's/\./-/g' a.txt`,
    String.raw`[a-z]+\(\w*\)\.\*?`,
    String.raw`\bfoo\b|\[bar\]`,
  ],
  ...[
    String.raw`find . -name \*.log -exec rm {} \;`,
    String.raw`echo \$HOME \"x\" && ls /tmp/*.txt`,
    'cron: */5 * * * *',
  ],
  ...[
    String.raw`\frac{a}{b}\,\{x\}`,
    String.raw`\[ x^2 + y_1 \]`,
    String.raw`\(a_1\cdot b_2\)`,
    String.raw`$\alpha_{1}$ \\ \hline`,
  ],
  ...[
    String.raw`{"a":"x\"y\\n","路径":"C:\\tmp\\_x","l":[1,{"b":null}]}`,
    '[[1,2],[3,4]](0)',
    'key: "value" # comment',
  ],
  ...[
    'backup <source> <target> [--time <time>]',
    '<name>',
    '<你的名字>',
    '<time>',
    '</T>',
    'From: Max <max@mail.example>',
  ],
  ...[
    'List<a>',
    'Option<i>',
    'Vec<u>',
    'Set<var>',
    'Map<String, List<b>>',
    'std::vector<int> v;',
    'template <typename T>',
  ],
  ...[
    'INSERT INTO <table> VALUES (1);',
    'a<b and c>d',
    'if (a < b && c > d)',
    'x <- y',
    '1 < 2 > 0',
    'a << 3',
  ],
  ...[
    '10*20*30cm',
    '长*宽*高',
    '2**10',
    '3*x + 4*y',
    '(a)*b*(c)',
    '面积=长*宽',
    '5 * 3',
    'int *p, *q;',
    'f(*args, **kwargs)',
  ],
  ...[
    '__Abc_123__',
    '__init__',
    'snake_case_name',
    '_my_id_',
    '变量_名_1',
    '~~100~~ 80',
    '~5 min',
    '/*注释*/',
    'src/**/*.ts',
  ],
  ...[
    'handlers[name](event)',
    '[](){}',
    '[&](auto x) { return x; }',
    'a[0](1)',
    'f()[1]',
    '!important',
    '[1]',
    '@media',
    'a|b',
  ],
  ...[
    'https://a.example/c_d_e?x=1&y=_z_',
    '100%',
    '#话题#',
    '价格：￥５０，（含税）',
    'ＡＢＣ１２３',
    '👨‍👩‍👧‍👦',
    '🇨🇳👍🏽',
    'e\u0301',
    '“引号”',
    '—…',
  ],
  ...[
    '用 <br> 换行',
    'AT&T',
    'a & b',
    'x && y',

    'Q&A; 5>3',
    '>=',
    '=>',
    '->',
    '-1',
    '+1',
    '1.5',
    'No. 5',
    'a - b',
    '$5',
    '^_^',
    '`',
  ],
];

export const MARKUP: readonly Piece[] = [
  piece('**bold**', '**bold**', 'bold'),
  piece('**重点：**', '**重点：**', '重点：'),
  piece('*italic text*', '*italic text*', 'italic text'),
  piece('*斜体*', '斜体', '斜体'),
  piece('_斜体字_', '斜体字', '斜体字'),
  piece('***重要***', '**重要**', '重要'),
  piece('`code`', '`code`', 'code'),
  piece('`a*b*c <b> \\* &lt;`', '`a*b*c <b> \\* &lt;`', 'a*b*c <b> \\* &lt;'),
  piece('``a`b``', '``a`b``', 'a`b'),
  piece('[文档](https://b.example/x_y)', '文档 (https://b.example/x_y)', '文档 (https://b.example/x_y)'),
  piece('[README](docs/read_me.md)', 'README (docs/read_me.md)', 'README (docs/read_me.md)'),
  piece('![图](https://b.example/i.png)', '图 (https://b.example/i.png)', '图 (https://b.example/i.png)'),
  piece('<strong>粗体</strong>', '粗体', '粗体'),
  piece('<span style="color:red">red</span>', 'red', 'red'),
  piece('<a href="https://c.example/">站点</a>', '站点 (https://c.example/)', '站点 (https://c.example/)'),
  piece('H<sub>2</sub>O', 'H2O', 'H2O'),
];

export const CODE: readonly string[] = [
  ...[
    'const a_b = x * y * z; // *no* <b>',
    'if (a < b) { return "C:\\\\_x"; }',
    'def __init__(self, *args, **kwargs):',
    '  print(f"{x!r}")',
  ],
  ...[
    '# not a heading',
    '- not a list',
    '| not | a table |',
    '|---|---|',
    '&lt;div&gt; <div>',
    "SELECT * FROM t WHERE a <> '*';",
    '$ rm -rf \\*.log',
    '中文注释 **不变**',
    '',
  ],
];
