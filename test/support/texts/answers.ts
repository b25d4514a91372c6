/** Answers as models write them, with what a phone has to show of each in the format WeChat. */
export interface Answer {
  title: string;
  source: string;
  weChat: string;
}

const raw = String.raw;

export const ANSWERS: readonly Answer[] = [
  {
    title: 'Shell and regular expressions',
    source: raw`清理日志可以这样做：

1. 找出文件：find /var/log -name \*.log -mtime +7 -exec rm {} \;
2. 替换版本号：sed 's/v\([0-9]*\)\.\([0-9]*\)/v\1-\2/g' a.txt
3. 正则 ^\d+\.\d+$ 匹配 **1.0**

注意：*先备份*，再执行。`,
    weChat: raw`清理日志可以这样做：

1. 找出文件：find /var/log -name \*.log -mtime +7 -exec rm {} \;
2. 替换版本号：sed 's/v\([0-9]*\)\.\([0-9]*\)/v\1-\2/g' a.txt
3. 正则 ^\d+\.\d+$ 匹配 **1.0**

注意：先备份，再执行。`,
  },
  {
    title: 'Windows paths',
    source: raw`The backup is at C:\Users\_admin\.config\app\(old)\settings.json, the share is \\nas01\_archive\2026.

##### Next
- [ ] Delete D:\temp\*.tmp
- [x] Check [the guide](https://docs.example.com/a_b)`,
    weChat: raw`The backup is at C:\Users\_admin\.config\app\(old)\settings.json, the share is \\nas01\_archive\2026.

**Next**
- ☐ Delete D:\temp\*.tmp
- ☑ Check the guide (https://docs.example.com/a_b)`,
  },
  {
    title: 'Mathematics in LaTeX',
    source: raw`二次方程 \( ax^2 + bx + c = 0 \) 的解为：

\[ x = \frac{-b \pm \sqrt{b^2 - 4ac}}{2a}\,,\quad \{a \ne 0\} \]

体积 = 长*宽*高 = 10*20*30 = 6000，2**10 = 1024。`,
    weChat: raw`二次方程 \( ax^2 + bx + c = 0 \) 的解为：

\[ x = \frac{-b \pm \sqrt{b^2 - 4ac}}{2a}\,,\quad \{a \ne 0\} \]

体积 = 长*宽*高 = 10*20*30 = 6000，2**10 = 1024。`,
  },
  {
    title: 'Generics and templates',
    source: `In Java you write List<a> or Map<String, List<b>>, in Rust Option<i> and Vec<u>, in C++ std::vector<int>.

The lambda [](int x) { return x * 2; } and handlers[name](event) are code; see *Effective Java* and <https://doc.rust-lang.org/book/>.`,
    weChat: `In Java you write List<a> or Map<String, List<b>>, in Rust Option<i> and Vec<u>, in C++ std::vector<int>.

The lambda [](int x) { return x * 2; } and handlers[name](event) are code; see *Effective Java* and <https://doc.rust-lang.org/book/>.`,
  },
  {
    title: 'Usage of a command',
    source: `用法：backup <source> <target> [--time <time>]

- <source>：源目录
- <target>：目标，例如 **/data/backup**
- <time>：保留多久，默认 30d

\`\`\`bash
backup /srv /mnt --time 7d \\
  --exclude '*.tmp'
\`\`\``,
    weChat: `用法：backup <source> <target> [--time <time>]

- <source>：源目录
- <target>：目标，例如 **/data/backup**
- <time>：保留多久，默认 30d

\`\`\`bash
backup /srv /mnt --time 7d \\
  --exclude '*.tmp'
\`\`\``,
  },
  {
    title: 'JSON as text',
    source: raw`接口返回 {"code":0,"msg":"保存到 C:\\data\\_out\\","re":"^\\d+\\.\\d*$","list":[1,2]}，其中 \"msg\" 是说明。`,
    weChat: raw`接口返回 {"code":0,"msg":"保存到 C:\\data\\_out\\","re":"^\\d+\\.\\d*$","list":[1,2]}，其中 \"msg\" 是说明。`,
  },
  {
    title: 'A narrow and a wide table',
    source: `| 型号 | 尺寸 |
|---|---|
| A1 | 10*20*30 |
| __B2__ | <待定> |

| 参数 | 说明 | 默认值 |
|---|---|---|
| timeout | 请求超时的毫秒数，<br>包括所有重试 | 15000 |
| path | C:\\_data\\.cache | 无 |`,
    weChat: `| 型号 | 尺寸 |
|---|---|
| A1 | 10*20*30 |
| __B2__ | <待定> |

- 参数: timeout
  - 说明: 请求超时的毫秒数， 包括所有重试
  - 默认值: 15000
- 参数: path
  - 说明: C:\\_data\\.cache
  - 默认值: 无`,
  },
  {
    title: 'A mail in HTML',
    source: `<!DOCTYPE html>
<html><head><style>
  p { color: #333 }

    .btn > a { font-weight: bold }
</style></head><body>
    <p>您好，<b>张三</b>：</p>

    <p>订单 &quot;A&amp;B&quot; 已发货，运费 &lt; 10 元。<br>详情见 <a href="https://shop.example/o?id=1&amp;t=2">这里</a></p>
    <script>track("open");</script>
</body></html>`,
    weChat: `您好，张三：

订单 "A&B" 已发货，运费 < 10 元。
详情见 这里 (https://shop.example/o?id=1&t=2)`,
  },
  {
    title: 'An explanation of HTML and SQL',
    source: `在 HTML 里用 <br> 换行，用 <p> 分段；小于号写成 \`&lt;\`。

INSERT INTO <table> (<col>) VALUES (1);
SELECT * FROM t WHERE a<b and c>d; -- 共 ~~100~~ 80 行

/*注释*/ 也可以写成 "-- 注释"。`,
    weChat: `在 HTML 里用 <br> 换行，用 <p> 分段；小于号写成 \`&lt;\`。

INSERT INTO <table> (<col>) VALUES (1);
SELECT * FROM t WHERE a<b and c>d; -- 共 ~~100~~ 80 行

/*注释*/ 也可以写成 "-- 注释"。`,
  },
  {
    title: 'Python with names and globs',
    source: `类的 __init__ 方法接收 *args 和 **kwargs，文件名用 "*.txt" 和 "*.log" 匹配：

~~~python
def __init__(self, *args, **kwargs):
    self._id = args[0] * 2  # 乘 2
~~~

变量 _my_id_ 与 snake_case 不变；这是*完整*的例子。E = mc<sup>2</sup>`,
    weChat: `类的 __init__ 方法接收 *args 和 **kwargs，文件名用 "*.txt" 和 "*.log" 匹配：

\`\`\`python
def __init__(self, *args, **kwargs):
    self._id = args[0] * 2  # 乘 2
\`\`\`

变量 _my_id_ 与 snake_case 不变；这是完整的例子。E = mc^2`,
  },
];
