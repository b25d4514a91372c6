import { forWeChat, toPlain } from './text/markdown';
const T: Record<string,string> = {
shell: `运行 \`uname -a\` 查看：
# 安装依赖
sudo apt-get update && sudo apt-get install -y nginx
# 重启
systemctl restart nginx
export VER=\`date +%Y-%m-%d\`
echo "1 > 0" >> /tmp/out_*.log 2>&1
find . -name '*.py' | xargs grep -n "__main__" | awk '{print $1*2}'`,
sql: "SELECT `id`, `user_name`, COUNT(*) AS n FROM `t_order` WHERE a<>b AND name LIKE '%\\_x%' GROUP BY `id`; -- 注释 *x*",
yaml: `version: "3"
services:
  app:
    image: nginx:1.25
    ports:
      - "80:80"
      - 443:443
    environment:
      - KEY=*value*
      - A_B_C=__x__
    command: ["sh", "-c", "echo *"]
# comment
anchors: &a
  <<: *default
  x: *a`,
diff: `diff --git a/x.py b/x.py
--- a/x.py
+++ b/x.py
@@ -1,4 +1,4 @@
-def f(*args):
+def f(*args, **kwargs):
     return __name__
- x
+ y`,
trace: `Traceback (most recent call last):
  File "<stdin>", line 1, in <module>
  File "/usr/lib/python3.11/json/__init__.py", line 346, in loads
    return _default_decoder.decode(s)
           ^^^^^^^^^^^^^^^^^^^^^^^^^^
TypeError: foo() got an unexpected keyword argument '**kw'
java.lang.NullPointerException: Cannot invoke "List<String>.size()"
\tat com.example.Foo$1.<init>(Foo.java:10)
\tat java.base/java.util.Map.<clinit>(Map.java)`,
cpp: `template <typename T> std::vector<std::pair<int, T*>> f(const T& a, T* b) { return a < *b ? *b : a << 2; }
#include <iostream>
int main() { std::cout << "a" << '\\n'; int *p, *q; **pp = *p * *q; }`,
md: `## 结论

1. **安装**：运行 \`npm i\`
2. *注意* 事项

| a | b |
|---|---|
| 1 | \`x|y\` |

- [ ] todo
- [x] done

> 引用

***

详见 [文档](https://a.b/c_d_e)。<br>换行`,
math: `当 $x_1 * x_2 > 0$ 且 $a_i^*$，$$\\sum_{i=1}^{n} x_i^2 \\\\ \\left\\{ a \\right\\}$$，3*4*5=60，*p<0.05，**p<0.01`,
mixed: `价格：*原价* ~~100~~ 元，现价 **80** 元！Call me: +1 (555) 010_020_030. e.g. a_b_c, *.js, f(x)=x**2; 5 * 3 = 15 * 1`,
html: `<div class="a">你好<br/>世界</div><p>A &amp; B</p>`,
htmltalk: "要用 `<div>`，或 <div> 标签。<b>加粗</b> 会显示成粗体。写成 &lt;b&gt;。",
json: `{"a": "<b>x</b>", "re": "^\\\\w+@\\\\w+\\\\.com$", "s": "a\\nb", "list": ["*", "_x_"], "url":"https:\\/\\/a.b\\/c"}`,
ini: `[section]
key_one_=1
; comment
path=C:\\Program Files (x86)\\*\\bin
* bullet
1) one
2) two`,
ascii: `+---+---+
| a | b |
+---+---+
| 1 | 2 |
+---+---+
  /\\_/\\
 ( o.o )
  > ^ <`,
chat: `hi~ 哈哈*^_^* (*^▽^*) ~~~ 好的！_(:з」∠)_ ¯\\_(ツ)_/¯ >_< <3 :-* `,
indent: `结果如下：

    列1   列2
    10    20

  缩进两格`,
link: `看 [1] 和 [2](a)，数组 a[0](x)，见[这里] (http://x.y)。![图](https://x/y.png) <https://a.b/c?d=1&copy=2> mailto:<a@b.c>`,
};
for (const [k,t] of Object.entries(T)) { const w=forWeChat(t), p=toPlain(t);
 console.log('=====',k); if(w===t) console.log('WECHAT same'); else console.log('WECHAT:\n'+w); if(p===t) console.log('PLAIN same'); else console.log('PLAIN:\n'+p); }
