import {
  codeEntered,
  isFinal,
  OLD_CHAT_NOTICE,
  scanned,
  statusAt,
  UPGRADE_NOTICE,
  type Login,
  type ScanFacts,
} from '../../../emulator/login';

const fresh = (changes: Partial<Login> = {}): Login => ({
  qrcode: 'q',
  qr_url: 'u',
  expiresAt: 0,
  localTokens: [],
  clientVersion: 100,
  status: 'wait',
  redirected: false,
  wrongCodes: 0,
  ...changes,
});
const facts: ScanFacts = {
  user_id: 'u@im.wechat',
  boundHere: false,
  verifyCode: '',
  redirect: false,
  minClientVersion: 100,
  deadEnd: false,
};

function afterScan(changes: Partial<ScanFacts>, login = fresh()): Login {
  scanned(login, { ...facts, ...changes });
  return login;
}

describe('scanned', () => {
  it('leads to the old chat of an account that has a bot, and the client sees nothing of it', () => {
    const login = afterScan({ deadEnd: true });
    expect(login).toMatchObject({ status: 'wait', notice: OLD_CHAT_NOTICE });
    const again = afterScan({}, login);
    expect(again.status).toBe('scaned');
    expect(again).not.toHaveProperty('notice');
  });

  it.each([
    [{}, { status: 'scaned', redirected: false }],
    [{ verifyCode: '42' }, { status: 'need_verifycode', verifyCode: '42' }],
    [{ redirect: true }, { status: 'scaned', redirected: true }],
    [
      { redirect: true, verifyCode: '42' },
      { status: 'need_verifycode', redirected: true },
    ],
    [
      { boundHere: true, verifyCode: '42' },
      { status: 'binded_redirect', redirected: false },
    ],
  ])('with %j leads to %j', (changes, expected) => {
    expect(afterScan(changes)).toMatchObject({ user_id: 'u@im.wechat', ...expected });
  });

  it('fails on the phone for a client that is too old, and the client goes on waiting', () => {
    const login = afterScan({}, fresh({ clientVersion: 99 }));
    expect(login).toMatchObject({ status: 'wait', notice: UPGRADE_NOTICE });
    expect(login.user_id).toBeUndefined();
  });
});

describe('codeEntered', () => {
  const asking = () => fresh({ status: 'need_verifycode', verifyCode: '42' });

  it('goes on with the right number', () => {
    const login = asking();
    codeEntered(login, '42', 3);
    expect(login.status).toBe('scaned');
  });

  it('asks again after a wrong one, and blocks after the last attempt', () => {
    const login = asking();
    const statuses = ['1', '2', '3'].map((code) => {
      codeEntered(login, code, 3);
      return login.status;
    });
    expect(statuses).toEqual(['need_verifycode', 'need_verifycode', 'verify_code_blocked']);
  });

  it('does not look at a number that nobody asked for', () => {
    const login = fresh({ status: 'scaned' });
    codeEntered(login, '1', 1);
    expect(login.status).toBe('scaned');
  });
});

describe('statusAt', () => {
  it('shows the course of a redirected login at the redirect host only', () => {
    const login = fresh({ status: 'confirmed', redirected: true });
    expect([statusAt(login, 'api'), statusAt(login, 'redirect')]).toEqual([
      'scaned_but_redirect',
      'confirmed',
    ]);
  });

  it('shows the expiry everywhere', () => {
    expect(statusAt(fresh({ status: 'expired', redirected: true }), 'api')).toBe('expired');
  });
});

describe('isFinal', () => {
  it('holds for the states that nothing follows', () => {
    const states = ['wait', 'scaned', 'need_verifycode', 'scaned_but_redirect'] as const;
    expect(states.map(isFinal)).toEqual([false, false, false, false]);
    const ends = ['verify_code_blocked', 'binded_redirect', 'expired', 'confirmed'] as const;
    expect(ends.map(isFinal)).toEqual([true, true, true, true]);
  });
});
