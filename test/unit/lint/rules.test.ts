import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

import type { Plant } from './plant';

const ROOT = join(__dirname, '..', '..', '..');
const USE = 'export const use = used;\n';
const importing = (path: string): string => `import { used } from '${path}';\n${USE}`;

/** One violation of every rule that holds the house together: what is forbidden, where it stands, and which rule says so. */
const VIOLATIONS: Array<[string, Plant, string]> = [
  ...['text/size.ts', 'ilink/clock.ts', 'store/store.ts', 'login/record.ts', 'bot/registry.ts'].map(
    (file): [string, Plant, string] => [
      `${file} imports the nodes`,
      { file, code: importing(`${'../'.repeat(file.split('/').length - 1)}nodes/WeChat/shared/list`) },
      'import-x/no-restricted-paths',
    ],
  ),
  [
    'the protocol imports the store',
    { file: 'ilink/clock.ts', code: importing('../store/store') },
    'import-x/no-restricted-paths',
  ],
  [
    'the store imports the protocol',
    { file: 'store/store.ts', code: importing('../ilink/wire') },
    'import-x/no-restricted-paths',
  ],
  [
    'texts import the protocol',
    { file: 'text/size.ts', code: importing('../ilink/wire') },
    'import-x/no-restricted-paths',
  ],
  [
    'a login imports a bot',
    { file: 'login/record.ts', code: importing('../bot/bot') },
    'import-x/no-restricted-paths',
  ],
  [
    'a login knows the API of n8n',
    { file: 'login/record.ts', code: importing('../n8n-api/address') },
    'import-x/no-restricted-paths',
  ],
  [
    'a bot knows the API of n8n',
    { file: 'bot/registry.ts', code: importing('../n8n-api/address') },
    'import-x/no-restricted-paths',
  ],
  [
    'the client of that API imports the terminal',
    { file: 'n8n-api/address.ts', code: importing('../cli/exit') },
    'import-x/no-restricted-paths',
  ],
  [
    'the client of that API speaks HTTP by itself',
    { file: 'n8n-api/address.ts', code: importing('undici') },
    '@typescript-eslint/no-restricted-imports',
  ],
  [
    'the terminal imports a bot',
    { file: 'cli/lines.ts', code: importing('../bot/bot') },
    'import-x/no-restricted-paths',
  ],
  [
    'the terminal writes to the store',
    { file: 'cli/lines.ts', code: importing('../store/sqlite/sqlite-store') },
    'import-x/no-restricted-paths',
  ],
  [
    'a bot imports SQLite',
    { file: 'bot/registry.ts', code: importing('../store/sqlite/open') },
    'import-x/no-restricted-paths',
  ],
  [
    'an operation imports SQLite',
    { file: 'nodes/WeChat/actions/router.ts', code: importing('../../../store/sqlite/open') },
    'import-x/no-restricted-paths',
  ],
  [
    'the emulator imports the protocol',
    { file: 'emulator/clock.ts', code: importing('../ilink/wire') },
    'import-x/no-restricted-paths',
  ],
  [
    'published code imports the emulator',
    { file: 'bot/registry.ts', code: importing('../emulator/clock') },
    'import-x/no-restricted-paths',
  ],
  [
    'published code imports a tool',
    { file: 'nodes/WeChat/actions/router.ts', code: importing('../../../tools/ports') },
    'import-x/no-restricted-paths',
  ],
  [
    'a bot knows n8n',
    { file: 'bot/registry.ts', code: importing('n8n-workflow') },
    '@typescript-eslint/no-restricted-imports',
  ],
  [
    'the terminal knows n8n',
    { file: 'cli/lines.ts', code: importing('n8n-workflow') },
    '@typescript-eslint/no-restricted-imports',
  ],
  [
    'a bot speaks HTTP',
    { file: 'bot/registry.ts', code: importing('undici') },
    '@typescript-eslint/no-restricted-imports',
  ],
  [
    'a node speaks HTTP',
    { file: 'nodes/WeChat/actions/router.ts', code: importing('undici') },
    '@typescript-eslint/no-restricted-imports',
  ],
  [
    'a bot opens connections by itself',
    { file: 'bot/registry.ts', code: importing('../ilink/transport') },
    '@typescript-eslint/no-restricted-imports',
  ],
  [
    'the terminal opens connections by itself',
    { file: 'cli/lines.ts', code: importing('../ilink/dispatcher') },
    '@typescript-eslint/no-restricted-imports',
  ],
  [
    'a login knows the database',
    { file: 'login/record.ts', code: importing('node:sqlite') },
    '@typescript-eslint/no-restricted-imports',
  ],
  [
    'the interface of the store knows the database',
    { file: 'store/store.ts', code: importing('node:sqlite') },
    '@typescript-eslint/no-restricted-imports',
  ],
  [
    'a parser is loaded with n8n',
    { file: 'text/parser.ts', code: importing('markdown-it') },
    '@typescript-eslint/no-restricted-imports',
  ],
  [
    'a bot reads the clock',
    { file: 'bot/registry.ts', code: 'export const now = Date.now();\n' },
    'no-restricted-properties',
  ],
  [
    'a login throws dice',
    { file: 'login/record.ts', code: 'export const dice = Math.random();\n' },
    'no-restricted-properties',
  ],
  [
    'the store measures time',
    { file: 'store/sqlite/outbox.ts', code: 'export const at = performance.now();\n' },
    'no-restricted-properties',
  ],
  [
    'a bot starts a timer',
    { file: 'bot/registry.ts', code: 'export const timer = setTimeout(() => undefined, 1);\n' },
    'no-restricted-globals',
  ],
  [
    'a promise is left alone',
    { file: 'bot/registry.ts', code: 'async function later() {}\nlater();\n' },
    '@typescript-eslint/no-floating-promises',
  ],
  [
    'a promise is taken for a yes',
    {
      file: 'bot/registry.ts',
      code: 'async function yes() { return true; }\nexport const no = () => { if (yes()) return 1; return 2; };\n',
    },
    '@typescript-eslint/no-misused-promises',
  ],
  [
    'something is awaited that is no promise',
    { file: 'bot/registry.ts', code: 'export async function f() { await 1; }\n' },
    '@typescript-eslint/await-thenable',
  ],
  [
    'a promise leaves the try that is to catch it',
    {
      file: 'bot/registry.ts',
      code: 'async function g() { return 1; }\nexport async function f() { try { return g(); } catch { return 2; } }\n',
    },
    '@typescript-eslint/return-await',
  ],
  [
    'a case is forgotten',
    {
      file: 'bot/registry.ts',
      code: "export function f(x: 'a' | 'b') { switch (x) { case 'a': return 1; } return 2; }\n",
    },
    '@typescript-eslint/switch-exhaustiveness-check',
  ],
  ['a file is too long', { file: 'bot/registry.ts', code: 'export {};\n'.repeat(251) }, 'max-lines'],
  [
    'a function is too long',
    { file: 'bot/registry.ts', code: `export function f() {\n${'  f();\n'.repeat(36)}}\n` },
    'max-lines-per-function',
  ],
  ['a room below prints', { file: 'bot/registry.ts', code: "console.log('x');\n" }, 'no-console'],
];

/** What may be done, so that a rule that forbids everything is seen as well. */
const ALLOWED: Array<[string, Plant]> = [
  [
    'a bot names a type of undici',
    { file: 'bot/registry.ts', code: "import type { Agent } from 'undici';\nexport type Use = Agent;\n" },
  ],
  [
    'a bot imports the store, texts and a login',
    {
      file: 'bot/registry.ts',
      code: "import type { Store } from '../store/store';\nimport { botKeyOf } from '../ilink/credential';\nimport { measure } from '../text/size';\nexport type Use = Store;\nexport const use = [botKeyOf, measure];\n",
    },
  ],
  ['the clock reads the clock', { file: 'ilink/clock.ts', code: 'export const now = Date.now();\n' }],
];

describe('The lint holds the house together', () => {
  let broken: string[][] = [];
  beforeAll(() => {
    const plants = [...VIOLATIONS.map(([, plant]) => plant), ...ALLOWED.map(([, plant]) => plant)];
    const output = execFileSync(process.execPath, ['--import', 'tsx', join(__dirname, 'plant.ts')], {
      cwd: ROOT,
      input: JSON.stringify(plants),
      encoding: 'utf8',
      maxBuffer: 1e8,
    });
    broken = JSON.parse(output) as string[][];
  }, 120_000);

  test.each(VIOLATIONS.map(([what, plant, rule], index) => ({ what, plant, rule, index })))(
    'it sees when $what',
    ({ rule, index }) => expect(broken[index]).toContain(rule),
  );

  test.each(ALLOWED.map(([what], index) => ({ what, index })))('it lets pass that $what', ({ index }) =>
    expect(broken[VIOLATIONS.length + index]).toEqual([]),
  );
});
