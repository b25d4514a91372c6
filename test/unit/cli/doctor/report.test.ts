import { PassThrough } from 'node:stream';

import { fail, ok, skip, warn } from '../../../../cli/doctor/finding';
import { exitCodeOf, findingLines, Report, summary } from '../../../../cli/doctor/report';

const FINE = [ok('api', 'answers'), ok('token', 'accepted')];

describe('the report', () => {
  it('shows the advice below what was found', () => {
    expect(findingLines(fail('name', { message: 'not resolved', next: 'Check it.' }), false)).toEqual([
      '✗ name        not resolved',
      '              Check it.',
    ]);
  });

  it('colours the mark only', () => {
    expect(findingLines(ok('api', 'answers'), true)).toEqual(['\x1b[32m✓\x1b[0m api         answers']);
  });

  it.each([
    [FINE, 'Everything works.', 0],
    [[...FINE, warn('clock', { message: 'off', next: 'x' })], 'Everything works.', 0],
    [[ok('api', 'a'), skip('token', 'none')], 'The way to WeChat works. No token was checked.', 0],
    [
      [
        fail('api', { message: 'a', next: 'x' }),
        skip('token', 'n'),
        fail('files', { message: 'f', next: 'x' }),
      ],
      'Something does not work: api, files.',
      1,
    ],
  ])('comes to a sentence and an exit code', (findings, sentence, exitCode) => {
    expect([summary(findings), exitCodeOf(findings)]).toEqual([sentence, exitCode]);
  });

  it('is one JSON object when a script asks', () => {
    const stdout = new PassThrough();
    const report = new Report({ stdin: new PassThrough(), stdout, stderr: new PassThrough(), env: {} }, true);
    report.add(...FINE);
    expect(report.end()).toBe(0);
    expect(JSON.parse(String(stdout.read()))).toEqual({ works: true, findings: FINE });
  });
});
