import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { preProcessFile } from 'typescript';

const ROOT = join(__dirname, '..', '..', '..');
const ROOMS = [
  'text',
  'ilink',
  'login',
  'bot',
  'store',
  'nodes',
  'credentials',
  'cli',
  'emulator',
  'tools',
  'demo',
  'bench',
];

type Imports = Map<string, string[]>;

/** What each file of the rooms imports from them, types as well: ESLint's rule against circles does not look at those. */
function importsOf(rooms: string[]): Imports {
  const files = rooms.flatMap((room) =>
    readdirSync(join(ROOT, room), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => join(ROOT, room, file)),
  );
  return new Map(files.map((file) => [name(file), targetsOf(file)]));
}

const name = (file: string): string => relative(ROOT, file).replaceAll('\\', '/');

function targetsOf(file: string): string[] {
  const { importedFiles } = preProcessFile(readFileSync(file, 'utf8'), true, true);
  return importedFiles
    .filter(({ fileName }) => fileName.startsWith('.'))
    .map(({ fileName }) => join(dirname(file), fileName))
    .flatMap((path) => [`${path}.ts`, join(path, 'index.ts')].filter((candidate) => existsSync(candidate)))
    .map(name);
}

/** The first circle that can be found from each file, as the way around it. */
function circlesIn(imports: Imports): string[] {
  const done = new Set<string>();
  const circles: string[] = [];
  const walk = (file: string, way: string[]): void => {
    const start = way.indexOf(file);
    if (start >= 0) return void circles.push([...way.slice(start), file].join(' → '));
    if (done.has(file)) return;
    for (const target of imports.get(file) ?? []) walk(target, [...way, file]);
    done.add(file);
  };
  for (const file of imports.keys()) walk(file, []);
  return circles;
}

test('no file imports itself around a corner, not even a type', () => {
  expect(circlesIn(importsOf(ROOMS))).toEqual([]);
});

test('a circle is seen', () => {
  const imports = new Map([
    ['a', ['b']],
    ['b', ['c']],
    ['c', ['a']],
  ]);
  expect(circlesIn(imports)).toEqual(['a → b → c → a']);
});

test('the imports of a file are seen, those of types as well', () => {
  const imports = importsOf(['bot']);
  expect(imports.get('bot/registry.ts')).toEqual(expect.arrayContaining(['bot/bot.ts', 'store/store.ts']));
});
