import { execFileSync } from 'node:child_process';

import { checkCommand } from './check-command';

/**
 * Looks at what `npm pack` would publish: nothing but what a user needs, and small. Then installs it elsewhere, and has its
 * command log in. Ends with 1 and the reasons when something is not as it should be.
 */
interface PackedFile {
  path: string;
  size: number;
}

/** 200 kB until the store on PostgreSQL, the move to it and the sentences of two front ends came. */
const MAX_TARBALL_BYTES = 260_000;
const ALLOWED = [/^dist\/(nodes|credentials|cli)\//, /^(package\.json|README\.md|LICENSE|CHANGELOG\.md)$/];
const FORBIDDEN = [/\.map$/, /\.ts$/, /(^|\/)(test|emulator|bench|demo|tools)\//];
const REQUIRED = [
  'dist/nodes/WeChat/WeChat.node.js',
  'dist/nodes/WeChat/WeChat.node.json',
  'dist/nodes/WeChat/WeChatTrigger.node.js',
  'dist/nodes/WeChat/WeChatTrigger.node.json',
  'dist/nodes/WeChat/WeChatLoginTrigger.node.js',
  'dist/nodes/WeChat/WeChatLoginTrigger.node.json',
  'dist/nodes/WeChat/login/browser/page.js',
  'dist/nodes/WeChat/login/browser/page.css',
  'dist/nodes/WeChat/wechat.svg',
  'dist/nodes/WeChat/wechat.dark.svg',
  'dist/nodes/WeChat/__schema__/v1.0.0/message/sendText.json',
  'dist/credentials/WeChatBotApi.credentials.js',
  'dist/credentials/wechat.svg',
  'dist/cli/main.js',
  'README.md',
  'LICENSE',
  'CHANGELOG.md',
];

/** What is wrong with a tarball of these files and this size; empty when nothing is. */
export function problemsOf(files: PackedFile[], tarballBytes: number): string[] {
  const paths = files.map(({ path }) => path);
  return [
    ...(tarballBytes > MAX_TARBALL_BYTES
      ? [`the tarball has ${tarballBytes} bytes, more than ${MAX_TARBALL_BYTES}`]
      : []),
    ...paths
      .filter((path) => !ALLOWED.some((rule) => rule.test(path)))
      .map((path) => `${path} does not belong there`),
    ...paths
      .filter((path) => FORBIDDEN.some((rule) => rule.test(path)))
      .map((path) => `${path} must not be published`),
    ...REQUIRED.filter((path) => !paths.includes(path)).map((path) => `${path} is missing`),
  ];
}

async function main(): Promise<void> {
  const output = execFileSync('npm', ['pack', '--dry-run', '--json', '--silent'], { encoding: 'utf8' });
  const [packed] = JSON.parse(output) as [{ size: number; files: PackedFile[] }];
  const problems = problemsOf(packed.files, packed.size);
  for (const problem of problems) console.error(`npm pack: ${problem}`);
  console.log(`npm pack: ${packed.files.length} files, ${packed.size} bytes`);
  process.exitCode = problems.length > 0 ? 1 : 0;
  if (problems.length === 0) console.log(`npm pack: ${await checkCommand()}`);
}

if (require.main === module) {
  main().catch((error: unknown) => {
    console.error(`npm pack: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  });
}
