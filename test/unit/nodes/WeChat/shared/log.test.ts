import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { LoggerProxy } from 'n8n-workflow';

import { report } from '../../../../../nodes/WeChat/shared/log';

const ROOT = resolve(__dirname, '../../../../..');

describe('A line in the log', () => {
  const lines: string[] = [];
  beforeEach(() => {
    lines.length = 0;
    const write = (line: string): void => void lines.push(line);
    LoggerProxy.init({ error: write, warn: write, info: write, debug: write });
  });

  test('says what happened and why', () => {
    report({ code: 'listener_failed' }, new Error('no such table'));
    report({ code: 'login_broke_off' });
    expect(lines).toEqual(['WeChat: A listener failed (no such table)', 'WeChat: A login broke off']);
  });

  test.each([
    ['a bearer token', new Error('401 for Bearer abc@im.bot:12ab'), 'abc@im.bot:12ab'],
    ['a value of a query', 'GET https://x/y?qrcode=s3cret&b=1 failed', 's3cret'],
    ['a long opaque text', new Error(`bad token ${'Ab1_'.repeat(16)}`), 'Ab1_Ab1_Ab1_'],
  ])('never holds %s', (_what, error, secret) => {
    report({ code: 'poll_failed' }, error);
    expect(lines[0]).toContain('***');
    expect(lines[0]).not.toContain(secret);
  });

  test('is one line, however long and wherever broken the reason is', () => {
    report({ code: 'poll_failed' }, new Error(`two\nlines ${'word '.repeat(500)}`));
    expect(lines[0]).not.toContain('\n');
    expect(lines[0]!.length).toBeLessThan(400);
  });

  test('is written here and nowhere else, so that none goes round the masks', () => {
    const files = ['nodes', 'bot', 'ilink', 'store', 'credentials'].flatMap((room) =>
      (readdirSync(join(ROOT, room), { recursive: true }) as string[])
        .filter((name) => name.endsWith('.ts') && !name.includes('browser'))
        .map((name) => join(room, name)),
    );
    const writing = files.filter((file) =>
      /LoggerProxy|console\.|process\.std(out|err)/.test(readFileSync(join(ROOT, file), 'utf8')),
    );
    expect(writing).toEqual([join('nodes', 'WeChat', 'shared', 'log.ts')]);
  });
});
