import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { ReceiverState } from '../../bot/receive/receiver';
import type { WaitReason } from '../../bot/send/wait-reasons';
import { headline, hintOf } from '../../nodes/WeChat/texts';

const ROOT = join(__dirname, '..', '..');
const PAGE = readFileSync(join(ROOT, 'docs', 'states.md'), 'utf8');
const FOLDERS: Record<string, string> = {
  r: 'test/unit/bot/receive',
  s: 'test/unit/bot/send',
  t: 'test/unit/nodes/WeChat/trigger',
  n8n: 'test/n8n',
};
const STATES: Record<ReceiverState, true> = {
  connecting: true,
  connected: true,
  standby: true,
  retrying: true,
  suspect: true,
  login_needed: true,
  taken_over: true,
  cannot_keep: true,
};

const REASONS: Record<WaitReason, true> = {
  first_message: true,
  window_over: true,
  quota_used: true,
  throttled: true,
  server_unreachable: true,
  token_refused: true,
};

describe('docs/states.md', () => {
  const names = [...PAGE.matchAll(/`([\w/-]+\.test\.ts)`/gi)].map(([, name]) => name!);

  test.each([...new Set(names)])('names a test that is there: %s', (name) => {
    const [first, ...rest] = name.split('/');
    const folder = FOLDERS[first!];
    expect(existsSync(join(ROOT, folder ? join(folder, ...rest) : join('test/unit', name)))).toBe(true);
  });

  test('names a test in every row of receiving', () => {
    const receiving = PAGE.slice(PAGE.indexOf('## Receiving'), PAGE.indexOf('## Sends'));
    const tables = receiving.split(/\n\n/).filter((part) => part.startsWith('| '));
    const rows = tables
      .filter((table) => /\| test +\|/.test(table))
      .flatMap((table) => table.split('\n').slice(2));
    expect(rows.length).toBeGreaterThan(20);
    expect(rows.filter((row) => row.startsWith('|') && !row.includes('.test.ts`'))).toEqual([]);
  });

  test('names a test in every row of sends', () => {
    const sends = PAGE.slice(PAGE.indexOf('## Sends'));
    const rows = sends.split('\n').filter((line) => /^\| `(?!reasonCode)/.test(line));
    expect(rows.length).toBeGreaterThan(14);
    expect(rows.filter((row) => !row.includes('.test.ts`'))).toEqual([]);
  });

  test.each(Object.keys(REASONS) as WaitReason[])('has a row for the reason %s, with its hint', (reason) => {
    const [, , , hint] = new RegExp(`^\\| \`${reason}\` .*$`, 'm').exec(PAGE)![0].split('|');
    expect(hint!.trim()).toBe(hintOf(reason).type);
  });

  test.each(Object.keys(STATES) as ReceiverState[])('has a row for the state %s', (state) => {
    expect(headline(state)).not.toBe('');
    expect(PAGE).toMatch(new RegExp(`^\\| \`${state}\` +\\|`, 'm'));
  });
});
