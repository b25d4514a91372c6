import { problemsOf } from '../../../tools/check-pack';

const GOOD = [
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
  'package.json',
];
const files = (paths: string[]): { path: string; size: number }[] => paths.map((path) => ({ path, size: 1 }));

describe('the check of what is published', () => {
  it('passes what a user needs', () => {
    expect(problemsOf(files(GOOD), 50_000)).toEqual([]);
  });

  it.each([
    'dist/nodes/a.js.map',
    'dist/emulator/index.js',
    'dist/bot/bot.js',
    'test/x.js',
    'dist/nodes/a.ts',
    '.npmrc',
  ])('finds %s, which must not be there', (path) => {
    expect(problemsOf(files([...GOOD, path]), 50_000).join()).toContain(path);
  });

  it('misses what is not there', () => {
    expect(problemsOf(files(GOOD.slice(1)), 50_000)).toEqual(['dist/nodes/WeChat/WeChat.node.js is missing']);
  });

  it('finds a tarball that has grown too large', () => {
    expect(problemsOf(files(GOOD), 260_001)[0]).toContain('260001 bytes');
  });
});
