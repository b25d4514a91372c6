import { contentDelimiters } from '../../../text/delimiters';
import { parseMarkdown } from '../../../text/parser';

/** Emphasis that the text has. */
function emphasized(text: string): string[] {
  const token = parseMarkdown(text).tokens.find(({ type }) => type === 'inline');
  const children = token?.children ?? [];
  const content = contentDelimiters(children, token?.content ?? '');
  return children
    .filter((child) => /_open$/.test(child.type) && !content.has(child))
    .map(({ markup }) => markup);
}

describe('Emphasis', () => {
  it.each([
    '*a*',
    '*重点*',
    '这是*完整*的步骤',
    '他说*“好”*了',
    '（*注*）',
    '_a_',
    '**a**',
    '__a b__',
    '**/usr/bin**'.replace('/', 'x'),
  ])('is %s', (text) => {
    expect(emphasized(text)).toHaveLength(1);
  });

  it.each([
    ...['10*20*30', '长*宽*高', '面积=长*宽*高的积', '3*x + 4*y', '(a)*b*(c)', '2**10**2', 'a**b**c'],
    ...['/*注释*/', '"*.txt" 和 "*.log"', 'src/**/*.ts', '*/5 * * * */2', 'f(*args) g(*more)', '*p; x=长*宽'],
    ...['__init__', '__Abc_1__', '_my_id_', 'C:\\_a\\报_-', '姓名*：电话*：', '*a,\nb*'],
  ])('is not %j', (text) => {
    expect(emphasized(text)).toEqual([]);
  });
});
