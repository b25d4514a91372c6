import { Exit } from '../exit';
import type { Io } from '../io';
import { styleOf } from '../io';
import type { Finding, Verdict } from './finding';
import { DOCTOR } from '../texts';

const MARKS: Record<Verdict, string> = { ok: '✓', warn: '!', fail: '✗', skip: '-' };
const COLORS: Record<Verdict, string> = {
  ok: '\x1b[32m',
  warn: '\x1b[33m',
  fail: '\x1b[31m',
  skip: '\x1b[2m',
};
const RESET = '\x1b[0m';

/** One finding in words; the advice below it. */
export function findingLines({ check, verdict, message, next }: Finding, color: boolean): string[] {
  const mark = color ? `${COLORS[verdict]}${MARKS[verdict]}${RESET}` : MARKS[verdict];
  const lines = [`${mark} ${check.padEnd(12)}${message}`];
  if (next !== undefined) lines.push(`  ${''.padEnd(12)}${next}`);
  return lines;
}

/** What the findings come to, in a sentence. */
export function summary(findings: Finding[]): string {
  const failed = findings.filter(({ verdict }) => verdict === 'fail').map(({ check }) => check);
  if (failed.length > 0) return DOCTOR.broken(failed);
  if (findings.some(({ check, verdict }) => check === 'token' && verdict === 'skip')) return DOCTOR.wayWorks;
  return DOCTOR.allWorks;
}

export function exitCodeOf(findings: Finding[]): number {
  return findings.some(({ verdict }) => verdict === 'fail') ? Exit.Failed : Exit.Ok;
}

/** Writes findings as they come, or all at the end as JSON. */
export class Report {
  readonly findings: Finding[] = [];

  constructor(
    private readonly io: Io,
    private readonly json: boolean,
  ) {}

  add(...findings: Finding[]): void {
    this.findings.push(...findings);
    if (this.json) return;
    const { color } = styleOf(this.io);
    for (const finding of findings)
      for (const line of findingLines(finding, color)) this.io.stdout.write(`${line}\n`);
  }

  /** @returns the exit code */
  end(): number {
    const exitCode = exitCodeOf(this.findings);
    const works = exitCode === Exit.Ok;
    if (this.json) this.io.stdout.write(`${JSON.stringify({ works, findings: this.findings })}\n`);
    else this.io.stdout.write(`\n${summary(this.findings)}\n`);
    return exitCode;
  }
}
