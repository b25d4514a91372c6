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
 * `n8n-api` is a client of n8n over HTTP: only those who write credentials know it.
 */
const ROOMS = [
  zone('text', ['ilink', 'store', 'login', 'n8n-api', 'bot', 'nodes', 'credentials', 'cli', 'emulator']),
  zone('ilink', ['text', 'store', 'login', 'n8n-api', 'bot', 'nodes', 'credentials', 'cli', 'emulator']),
  zone('store', ['text', 'ilink', 'login', 'n8n-api', 'bot', 'nodes', 'credentials', 'cli', 'emulator']),
  zone('login', ['text', 'n8n-api', 'bot', 'nodes', 'credentials', 'cli', 'emulator']),
  zone('n8n-api', ['text', 'store', 'bot', 'nodes', 'credentials', 'cli', 'emulator']),
  zone('bot', ['n8n-api', 'nodes', 'credentials', 'cli', 'emulator']),
  zone('nodes', ['cli', 'emulator']),
  zone('credentials', ['text', 'store', 'login', 'n8n-api', 'bot', 'nodes', 'cli', 'emulator']),
  zone('cli', ['text', 'bot', 'nodes', 'credentials', 'emulator']),
  // The doctor looks into the store, and never writes there. A move reads one and fills another; both are known as its two sides only.
  {
    ...zone('cli', []),
    from: './store',
    except: [
      './place.ts',
      './store.ts',
      './look.ts',
      './sqlite/look.ts',
      './postgres/look.ts',
      './move/move.ts',
      './sqlite/move-source.ts',
      './postgres/move-target.ts',
    ],
  },
  // One place makes the store; everybody else has the interface.
  {
    target: ['./nodes/WeChat/!(shared)/**', './nodes/WeChat/*', './bot', './login'],
    from: './store/sqlite',
  },
  {
    target: ['./nodes/WeChat/!(shared)/**', './nodes/WeChat/*', './bot', './login'],
    from: './store/postgres',
  },
  zone('emulator', ['text', 'ilink', 'login', 'n8n-api', 'bot', 'store', 'nodes', 'credentials', 'cli']),
];
const PUBLISHED_ROOMS = ['text', 'ilink', 'store', 'login', 'n8n-api', 'bot', 'nodes', 'credentials', 'cli'];

const TOOLING = ['./emulator', './demo', './tools', './bench', './test'];

/** What n8n loads at its start loads none of these itself: together they cost it more than all of ours. */
const LOADED_LATER = [
  'undici',
  'markdown-it',
  'qrcode',
  'mime-types',
  'content-disposition',
  'file-type/core',
  'silk-wasm',
  'pg',
];
const later = LOADED_LATER.map((name) => ({
  name,
  allowTypeImports: true,
  message: 'Load it where it is used, with `await import()` or `require()`.',
}));

/** What a room must not use, each with the reason. `import-x` looks at our own files, this at everything else. */
const LIBRARIES = {
  n8n: {
    regex: '^(n8n-|@n8n/)',
    message: 'Only nodes/ and credentials/ know n8n (docs/architecture.md).',
  },
  undici: {
    group: ['undici'],
    allowTypeImports: true,
    message: 'Only ilink/ speaks HTTP (docs/architecture.md).',
  },
  connections: {
    regex: 'ilink/(transport|dispatcher)$',
    allowTypeImports: true,
    message: 'One function opens connections: openTransport (ilink/connect.ts).',
  },
  pg: {
    group: ['pg', 'pg/**'],
    message: 'Only store/postgres/ knows the database (docs/architecture.md).',
  },
  sqlite: {
    group: ['node:sqlite'],
    message: 'Only store/sqlite/ knows the database (docs/architecture.md).',
  },
};

const without = (rooms, ...libraries) => ({
  files: rooms.map((room) => (room.includes('.') ? room : `${room}/**/*.ts`)),
  rules: {
    '@typescript-eslint/no-restricted-imports': [
      'error',
      {
        // The terminal starts for one task, and n8n never loads it.
        paths: rooms.some((room) => room.startsWith('cli')) ? [] : later,
        patterns: libraries.map((library) => LIBRARIES[library]),
      },
    ],
  },
});

/** Time and chance are passed in, so that no test sleeps or is right by luck. Where they come in is named here. */
const TIME_AND_CHANCE = {
  files: ['text', 'ilink', 'login', 'n8n-api', 'bot', 'store'].map((room) => `${room}/**/*.ts`),
  ignores: [
    // The clock of real life.
    'ilink/clock.ts',
    // Where a bot takes its randomness from, unless it is given some.
    'bot/bot.ts',
    // When this process began.
    'bot/receive/leadership.ts',
    // The limit of a thread that has stopped answering.
    'ilink/media/silk-decoder.ts',
    // How long SQLite and its file system took: nothing that a test could pass in.
    'store/sqlite/{access,sqlite-store,steps,walk,when-free}.ts',
  ],
  rules: {
    'no-restricted-properties': [
      'error',
      ...[
        ['Date', 'now'],
        ['performance', 'now'],
        ['Math', 'random'],
      ].map(([object, property]) => ({ object, property, message: 'Take a Clock, or a source of chance.' })),
    ],
    'no-restricted-globals': ['error', 'setTimeout', 'setInterval'],
  },
};

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
      eqeqeq: 'error',
      'no-console': 'off',
    },
  },
  // A promise that nobody waits for ends n8n's whole process when it fails.
  {
    files: ['**/*.ts', '**/*.mts'],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/return-await': ['error', 'error-handling-correctness-only'],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
    },
  },
  {
    files: PUBLISHED_ROOMS.map((room) => `${room}/**/*.ts`),
    rules: { 'max-lines': ['error', { max: 250 }] },
  },
  {
    files: [...PUBLISHED_ROOMS, 'emulator', 'tools', 'demo'].map((room) => `${room}/**/*.ts`),
    rules: { 'max-lines-per-function': ['error', { max: 35, skipBlankLines: true, skipComments: true }] },
  },
  {
    files: ['text', 'ilink', 'login', 'n8n-api', 'bot', 'store', 'nodes', 'credentials'].map(
      (room) => `${room}/**/*.ts`,
    ),
    rules: { 'no-console': 'error' },
  },
  without(['text', 'login', 'n8n-api', 'bot', 'store/*.ts'], 'n8n', 'undici', 'connections', 'sqlite', 'pg'),
  without(['cli'], 'n8n', 'undici', 'connections', 'sqlite', 'pg'),
  // Its connections lead to n8n, and not to WeChat.
  without(['cli/login/n8n-http.ts'], 'n8n', 'undici', 'sqlite', 'pg'),
  without(['ilink'], 'n8n', 'sqlite', 'pg'),
  without(['store/sqlite'], 'n8n', 'undici', 'pg'),
  without(['store/postgres'], 'n8n', 'undici', 'sqlite'),
  without(['nodes', 'credentials'], 'undici', 'connections', 'sqlite', 'pg'),
  TIME_AND_CHANCE,

  {
    files: ['text', 'ilink', 'login', 'n8n-api', 'bot', 'store', 'nodes', 'credentials'].map(
      (room) => `${room}/**/*.ts`,
    ),
    rules: {
      '@typescript-eslint/no-require-imports': ['error', { allow: LOADED_LATER.map((name) => `^${name}$`) }],
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
      // undici, qrcode and markdown-it are runtime dependencies (docs/decisions says why).
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
