import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const ROOT = join(__dirname, '..', '..');
const DECISIONS = join(ROOT, 'docs', 'decisions');
const read = (...path: string[]): string => readFileSync(join(ROOT, ...path), 'utf8');

const files = readdirSync(DECISIONS).filter((name) => name !== 'README.md');
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
  ...readdirSync(DECISIONS).map((name) => join('docs', 'decisions', name)),
];

describe('The decisions', () => {
  it('are numbered from 1 on, without a gap', () => {
    const numbers = files.map((name) => Number(/^(\d{3})-[a-z0-9-]+\.md$/.exec(name)?.[1]));
    expect(numbers).toEqual(files.map((_name, i) => i + 1));
  });

  test.each(files)('are short, and have a context and a decision: %s', (name) => {
    const page = read('docs', 'decisions', name);
    expect(page).toMatch(new RegExp(`^# ${Number(name.slice(0, 3))}\\. \\S`));
    expect(page).toMatch(/\n\*\*Context\.\*\* /);
    expect(page).toMatch(/\n\*\*Decision\.\*\* /);
    expect(page.split('\n').length).toBeLessThanOrEqual(16);
  });

  it('are all in the index, once, under the title that they have', () => {
    const entries = [...read('docs', 'decisions', 'README.md').matchAll(/^- \[(.*)\]\((\d{3}-.*)\)$/gm)];
    expect(entries.map(([, , name]) => name!).sort()).toEqual([...files].sort());
    for (const [, title, name] of entries)
      expect(read('docs', 'decisions', name!)).toMatch(new RegExp(`^# ${title!.replace(/[^\w ]/g, '.')}\n`));
  });
});

describe('The architecture', () => {
  it('is one page', () =>
    expect(read('docs', 'architecture.md').split('\n').length).toBeLessThanOrEqual(120));
});

describe('The pages', () => {
  test.each(pages)('link to files that are there: %s', (page) => {
    const links = [...read(page).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)].map(([, link]) => link!);
    expect(links.filter((link) => !existsSync(join(ROOT, dirname(page), link)))).toEqual([]);
  });
});
