import { readState, stateJson } from '../../../../../../nodes/WeChat/actions/login/state';

const STATE = {
  qrcode: 'q',
  url: 'https://w/q',
  apiBaseUrl: 'https://ilinkai.weixin.qq.com',
  issuedAtMs: 1,
  expiresAtMs: Date.UTC(2026, 0, 2),
  codeNumber: 1,
  status: 'wait' as const,
  wrongCodes: 0,
  failures: 0,
};

describe('readState', () => {
  it('takes what another execution gave, as an object or as JSON', () => {
    const { state } = stateJson(STATE);
    expect(readState(state)).toEqual(STATE);
    expect(readState(JSON.stringify(state))).toEqual(STATE);
  });

  it.each([undefined, null, 1, '', '{', '[]', {}, { ...STATE, qrcode: 1 }, { ...STATE, expiresAtMs: '1' }])(
    'refuses %j',
    (value) => {
      expect(() => readState(value)).toThrow('The login state is not one');
    },
  );
});

describe('stateJson', () => {
  it('says what comes next', () => {
    expect(stateJson(STATE)).toMatchObject({
      done: false,
      needsVerifyCode: false,
      expiresAt: '2026-01-02T00:00:00.000Z',
    });
    expect(stateJson({ ...STATE, status: 'need_verifycode' })).toMatchObject({
      needsVerifyCode: true,
      done: false,
    });
    expect(stateJson({ ...STATE, status: 'expired' })).toMatchObject({ done: true });
  });
});
