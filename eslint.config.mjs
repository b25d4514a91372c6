import { n8nCommunityNodesPlugin } from '@n8n/eslint-plugin-community-nodes';
import importX from 'eslint-plugin-import-x';
import n8nNodesBase from 'eslint-plugin-n8n-nodes-base';
import tseslint from 'typescript-eslint';

/** A room, and what it must not import. */
function zone(room, from) {
  return { target: `./${room}`, from: from.map((other) => `./${other}`) };
}

/**
 * Who may know whom (docs/architecture.md). `from` lists what a room must not import.
 * `emulator` and `ilink` share nothing, or both would share one misunderstanding of the protocol.
 */
const ROOMS = [
  zone('text', ['ilink', 'store', 'login', 'bot', 'nodes', 'credentials', 'cli', 'emulator']),
  zone('ilink', ['text', 'store', 'login', 'bot', 'nodes', 'credentials', 'cli', 'emulator']),
  zone('store', ['text', 'ilink', 'login', 'bot', 'nodes', 'credentials', 'cli', 'emulator']),
  zone('login', ['text', 'bot', 'nodes', 'credentials', 'cli', 'emulator']),
  zone('bot', ['nodes', 'credentials', 'cli', 'emulator']),
  zone('nodes', ['cli', 'emulator']),
  zone('credentials', ['text', 'store', 'login', 'bot', 'nodes', 'cli', 'emulator']),
  zone('cli', ['text', 'bot', 'nodes', 'credentials', 'emulator']),
  // The doctor looks into the store, and never writes there.
  { ...zone('cli', []), from: './store', except: ['./place.ts', './sqlite/look.ts'] },
  zone('emulator', ['text', 'ilink', 'login', 'bot', 'store', 'nodes', 'credentials', 'cli']),
];
const PUBLISHED_ROOMS = ['text', 'ilink', 'store', 'login', 'bot', 'nodes', 'credentials', 'cli'];
const TOOLING = ['./emulator', './demo', './tools', './bench', './test'];

const LOADED_LATER = [
  'undici',
  'markdown-it',
  'qrcode',
  'mime-types',
  'content-disposition',
  'file-type/core',
  'silk-wasm',
];

const n8nOnly = (room) => ({
  files: [`${room}/**/*.ts`],
  rules: {
    'no-restricted-imports': [
      'error',
      { paths: [{ name: 'n8n-workflow', message: `${room}/ knows nothing of n8n (docs/architecture.md).` }] },
    ],
  },
});

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', 'coverage/', 'artefacts/', 'gulpfile.js', 'jest.config.js'] },
  {
    files: ['**/*.ts', '**/*.mts'],
    extends: [...tseslint.configs.recommended],
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver': { typescript: true } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'import-x/no-cycle': 'error',
      'import-x/no-restricted-paths': [
        'error',
        {
          zones: [
            ...ROOMS,
            ...PUBLISHED_ROOMS.map((room) => ({
              target: `./${room}`,
              from: TOOLING,
              message: 'Published code must not import what is not published.',
            })),
          ],
        },
      ],
      'max-lines-per-function': ['warn', { max: 60, skipBlankLines: true, skipComments: true }],
      eqeqeq: 'error',
      'no-console': 'off',
    },
  },
  {
    files: ['text', 'ilink', 'login', 'bot', 'store', 'nodes', 'credentials'].map(
      (room) => `${room}/**/*.ts`,
    ),
    rules: { 'no-console': 'error' },
  },
  {
    files: ['test/**/*.ts', 'test/**/*.mts', 'bench/**/*.ts'],
    rules: { 'max-lines-per-function': 'off' },
  },
  ...['text', 'ilink', 'login', 'store', 'bot', 'cli'].map(n8nOnly),

  // What n8n loads at its start loads none of these itself: together they cost it more than all of ours.
  {
    files: ['text', 'ilink', 'login', 'bot', 'store', 'nodes', 'credentials'].map(
      (room) => `${room}/**/*.ts`,
    ),
    rules: {
      '@typescript-eslint/no-require-imports': ['error', { allow: LOADED_LATER.map((name) => `^${name}$`) }],
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          paths: LOADED_LATER.map((name) => ({
            name,
            allowTypeImports: true,
            message: 'Load it where it is used, with `await import()` or `require()`.',
          })),
        },
      ],
    },
  },

  // n8n's rules for community nodes, for what faces n8n. Three of them are off, for one reason: this package is made for
  // self-hosted n8n. The rooms below know nothing of n8n, so a rule that asks for its error classes has no meaning there.
  {
    files: ['nodes/**/*.ts', 'credentials/**/*.ts', 'package.json'],
    plugins: { '@n8n/community-nodes': n8nCommunityNodesPlugin },
    rules: {
      ...n8nCommunityNodesPlugin.configs.recommended.rules,
      // A long poll that lives as long as the workflow needs timers.
      '@n8n/community-nodes/no-restricted-globals': 'off',
      // undici, qrcode and Node's own crypto, fs and sqlite do the work.
      '@n8n/community-nodes/no-restricted-imports': 'off',
      // undici, qrcode and markdown-it are runtime dependencies (docs/architecture.md says why).
      '@n8n/community-nodes/no-runtime-dependencies': 'off',
    },
  },
  {
    files: ['package.json'],
    plugins: { 'n8n-nodes-base': n8nNodesBase },
    languageOptions: { parser: tseslint.parser, parserOptions: { extraFileExtensions: ['.json'] } },
    rules: n8nNodesBase.configs.community.rules,
  },
  {
    files: ['nodes/**/*.ts'],
    plugins: { 'n8n-nodes-base': n8nNodesBase },
    rules: {
      ...n8nNodesBase.configs.nodes.rules,
      // These two ask for ['main'], the newer plugin's node-connection-type-literal for NodeConnectionTypes.Main.
      'n8n-nodes-base/node-class-description-inputs-wrong-regular-node': 'off',
      'n8n-nodes-base/node-class-description-outputs-wrong': 'off',
    },
  },
  {
    files: ['credentials/**/*.ts'],
    plugins: { 'n8n-nodes-base': n8nNodesBase },
    rules: {
      ...n8nNodesBase.configs.credentials.rules,
      // Wants a camel-case key of n8n's own documentation; ours is a link to the README.
      'n8n-nodes-base/cred-class-field-documentation-url-miscased': 'off',
    },
  },
);
