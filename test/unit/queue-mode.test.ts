import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const page = readFileSync(join(__dirname, '..', '..', 'docs', 'queue-mode.md'), 'utf8');
const compose = /```yaml\n([\s\S]*?)```/.exec(page)![1]!;

/** The lines of a service, or of a part that several have. */
function part(name: string): string {
  return new RegExp(`^${name}:[^\n]*\n(?:(?:${/^ */.exec(name)![0]} +[^\n]*)?\n)*`, 'm').exec(compose)![0];
}

describe('The compose file', () => {
  it('has a main, two workers, a webhook process, Redis and PostgreSQL, each with a folder of its own', () => {
    for (const name of ['main', 'worker-1', 'worker-2', 'webhook', 'redis', 'postgres']) {
      expect(part(`  ${name}`)).toContain(`'${name}:/`);
      expect(compose).toMatch(new RegExp(`^volumes:[\\s\\S]*^  ${name}:$`, 'm'));
    }
  });

  it('gives every process of n8n the same store', () => {
    expect(part('x-n8n')).toContain('WECHAT_ILINK_STORE: n8n-database');
    expect(part('x-n8n')).toContain('DB_TYPE: postgresdb');
    expect(part('x-worker')).toContain('<<: *n8n');
    expect(part('  main')).toContain('<<: *environment');
    for (const name of ['worker-1', 'worker-2', 'webhook'])
      expect(part(`  ${name}`)).toMatch(/<<: \*worker(?![\s\S]*environment:)/);
  });

  it('has no password in it', () => expect(compose).not.toMatch(/(PASSWORD|KEY): (?!\$\{)/));
});
