import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const TESTS = join(__dirname, '..');
const page = readFileSync(join(TESTS, '..', 'docs', 'security.md'), 'utf8');

/** The last column of the table: files, and behind each colon the beginnings of the names of tests. */
const cells = page
  .split('\n')
  .filter((line) => /^\|.*\.ts`/.test(line))
  .map((line) => line.split('|').at(-2)!.trim());

/** A cell as [file, name of a test]. */
function namesIn(cell: string): Array<[file: string, name: string]> {
  let file = '';
  return cell.split(/; ?/).map((part) => {
    const [, named, name = ''] = /^(?:`([^`]+)`(?:: )?)?(.*)$/s.exec(part.trim()) ?? [];
    file = named ?? file;
    return [file, name];
  });
}

describe('The table in docs/security.md', () => {
  it('has a test in every line', () => {
    const lines = page.split('\n').filter((line) => /^\| [a-z]/.test(line));
    const attacks = lines.filter((line) => line.split('|').length === 6 && !line.startsWith('| attacker'));
    expect(attacks.length).toBeGreaterThan(20);
    expect(cells).toHaveLength(attacks.length);
  });

  it.each(cells.flatMap(namesIn))('names tests that are there: %s %s', (file, name) => {
    const path = join(TESTS, file);
    expect(existsSync(path)).toBe(true);
    expect(readFileSync(path, 'utf8').replaceAll("\\'", "'")).toContain(name);
  });
});
