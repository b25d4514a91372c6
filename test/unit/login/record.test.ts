import { claimedBy, isUnderWay, startedBy, withTypedCode, type LoginRecord } from '../../../login/record';

const NOW = 1_764_000_000_000;
const state = {
  qrcode: 'q',
  url: 'u',
  apiBaseUrl: 'a',
  issuedAtMs: NOW,
  expiresAtMs: NOW + 1,
  codeNumber: 3,
  status: 'expired' as const,
  wrongCodes: 0,
  failures: 0,
};
const record = (more: Partial<LoginRecord> = {}): LoginRecord => ({
  page: 'p',
  target: { credentialId: 'c' },
  expiresAtMs: NOW + 1e6,
  phase: 'open',
  ...more,
});

describe('startedBy', () => {
  it('gives a link to the first browser, and to no other', () => {
    expect(startedBy(record(), 'mine')).toEqual(record({ browser: 'mine', phase: 'running' }));
    expect(startedBy(record({ browser: 'mine', phase: 'running' }), 'yours')).toBeUndefined();
  });

  it.each(['paused', 'failed'] as const)('begins a new round after %s, for the same target', (phase) => {
    const problem = { code: 'c', message: 'm', next: 'n' };
    const before = record({ browser: 'mine', phase, state, problem, runner: { id: 'r', untilMs: NOW } });
    expect(startedBy(before, 'mine')).toEqual(record({ browser: 'mine', phase: 'running' }));
  });

  it.each(['running', 'saving', 'done'] as const)('leaves a login alone that is %s', (phase) => {
    const before = record({ browser: 'mine', phase, state });
    expect(startedBy(before, 'mine')).toEqual(before);
  });
});

describe('claimedBy', () => {
  it('gives a login to one process, until that has been silent for too long', () => {
    const running = record({ phase: 'running' });
    const claimed = claimedBy(running, 'one', NOW, 100)!;
    expect(claimed.runner).toEqual({ id: 'one', untilMs: NOW + 100 });
    expect(claimedBy(claimed, 'other', NOW + 99, 100)).toBeUndefined();
    expect(claimedBy(claimed, 'one', NOW + 99, 100)?.runner?.untilMs).toBe(NOW + 199);
    expect(claimedBy(claimed, 'other', NOW + 100, 100)?.runner?.id).toBe('other');
  });

  it.each(['open', 'paused', 'done', 'failed'] as const)('has nothing to do for one that is %s', (phase) => {
    expect(isUnderWay(record({ phase }))).toBe(false);
    expect(claimedBy(record({ phase }), 'one', NOW, 100)).toBeUndefined();
  });
});

describe('withTypedCode', () => {
  it('hands the number to the next poll, once', () => {
    const asked = record({
      phase: 'running',
      state: { ...state, status: 'need_verifycode' },
      typedCode: '４２',
    });
    const next = withTypedCode(asked);
    expect(next.state?.verifyCode).toBe('42');
    expect(next).not.toHaveProperty('typedCode');
    expect(withTypedCode(next)).toBe(next);
  });

  it('keeps a number that nobody asks for', () => {
    const waiting = record({ phase: 'running', state: { ...state, status: 'wait' }, typedCode: '1' });
    expect(withTypedCode(waiting)).toBe(waiting);
  });
});
