import fc from 'fast-check';

import { LoginError } from '../../../login/error';
import {
  advance,
  isEnd,
  isStuck,
  readVerifyCode,
  withVerifyCode,
  type LoginState,
} from '../../../login/state';
import type { QrCodeStatusReply } from '../../../ilink/wire';

const BASE = 'https://ilinkai.weixin.qq.com';

const SCANNED = ['scaned', 'need_verifycode', 'scaned_but_redirect'];

const fresh = (changes: Partial<LoginState> = {}): LoginState => ({
  qrcode: 'q1',
  url: 'https://liteapp.weixin.qq.com/q/1',
  apiBaseUrl: BASE,
  issuedAtMs: 0,
  expiresAtMs: 120_000,
  codeNumber: 1,
  status: 'wait',
  wrongCodes: 0,
  failures: 0,
  ...(SCANNED.includes(changes.status ?? '') && { scanned: true as const }),
  ...changes,
});

const credentials = {
  status: 'confirmed' as const,
  bot_token: 'secret-token',
  ilink_bot_id: 'b@im.bot',
  ilink_user_id: 'o@im.wechat',
};

describe('advance', () => {
  it('takes a status that was told before for no news', () => {
    for (const status of ['wait', 'scaned', 'need_verifycode'] as const) {
      const state = fresh({ status });
      expect(advance(state, { status }, BASE)).toEqual({ state });
    }
  });

  it('tells the status again when a trouble is over', () => {
    const step = advance(fresh({ status: 'scaned', failures: 2 }), { status: 'scaned' }, BASE);
    expect(step).toEqual({ state: fresh({ status: 'scaned' }), event: { status: 'scaned' } });
  });

  it.each(['scaned', 'expired', 'verify_code_blocked', 'binded_redirect'] as const)('tells %s', (status) => {
    expect(advance(fresh(), { status }, BASE)).toEqual({ state: fresh({ status }), event: { status } });
  });

  it('asks for the number, and says that it was wrong only when one was sent', () => {
    const asked = advance(fresh(), { status: 'need_verifycode' }, BASE);
    expect(asked.event).toEqual({ status: 'need_verifycode', wrong: false });
    const again = advance(withVerifyCode(asked.state, '12'), { status: 'need_verifycode' }, BASE);
    expect(again.event).toEqual({ status: 'need_verifycode', wrong: true });
    expect(again.state).toMatchObject({ wrongCodes: 1, status: 'need_verifycode' });
    expect(again.state).not.toHaveProperty('verifyCode');
  });

  it('does not send the number any more once it was taken', () => {
    const state = fresh({ status: 'need_verifycode', verifyCode: '12' });
    expect(advance(state, { status: 'scaned' }, BASE).state).toEqual(fresh({ status: 'scaned' }));
  });

  it('goes on at the host that a redirect names, and keeps it', () => {
    const reply = { status: 'scaned_but_redirect', redirect_host: 'szilinkai.weixin.qq.com' } as const;
    const { state, event } = advance(fresh(), reply, BASE);
    expect(event).toEqual({ status: 'scaned_but_redirect', host: 'szilinkai.weixin.qq.com' });
    expect(state.apiBaseUrl).toBe('https://szilinkai.weixin.qq.com');
    expect(advance(state, reply, BASE)).toEqual({ state });
    expect(advance(state, { status: 'scaned' }, BASE).state.apiBaseUrl).toBe(
      'https://szilinkai.weixin.qq.com',
    );
  });

  it('stays where it is when a redirect names no host', () => {
    const { state, event } = advance(fresh(), { status: 'scaned_but_redirect' }, BASE);
    expect(state.apiBaseUrl).toBe(BASE);
    expect(event).toEqual({ status: 'scaned_but_redirect', host: 'ilinkai.weixin.qq.com' });
  });

  it("stops at a redirect to a host that is not Tencent's", () => {
    const reply = { status: 'scaned_but_redirect', redirect_host: 'example.com' } as const;
    expect(() => advance(fresh(), reply, BASE)).toThrow(LoginError);
  });

  it('gives the credentials under the names of the credential, with the address to use from now on', () => {
    const { event } = advance(fresh(), { ...credentials, baseurl: 'https://ilinkai.wechat.com/' }, BASE);
    expect(event).toEqual({
      status: 'confirmed',
      credential: {
        botToken: 'secret-token',
        botId: 'b@im.bot',
        ownerUserId: 'o@im.wechat',
        apiBaseUrl: 'https://ilinkai.wechat.com',
      },
    });
  });

  it.each([undefined, '', 'https://example.com'])(
    'uses the address of the last poll when the answer names %s',
    (baseurl) => {
      const state = fresh({ apiBaseUrl: 'https://szilinkai.weixin.qq.com' });
      const reply: QrCodeStatusReply = { ...credentials, ...(baseurl !== undefined && { baseurl }) };
      const { event } = advance(state, reply, BASE);
      expect(event).toMatchObject({ credential: { apiBaseUrl: 'https://szilinkai.weixin.qq.com' } });
    },
  );

  it.each(['bot_token', 'ilink_bot_id'] as const)('does not take a confirmation without %s', (field) => {
    const failure = (() => {
      try {
        return advance(fresh(), { ...credentials, [field]: '' }, BASE);
      } catch (error) {
        return error;
      }
    })();
    expect(failure).toMatchObject({ code: 'no_credentials', failure: { facts: { missing: field } } });
    expect(JSON.stringify(failure)).not.toContain('secret-token');
  });

  it('goes on polling at a status that it does not know, and at an answer without one', () => {
    for (const status of ['brand_new', undefined, 7]) {
      const state = fresh({ status: 'scaned' });
      expect(advance(state, { status } as QrCodeStatusReply, BASE)).toEqual({ state });
    }
  });

  it('keeps its state plain JSON, so that another process can go on with it', () => {
    const statuses = fc.constantFrom(
      'wait',
      'scaned',
      'need_verifycode',
      'expired',
      'new',
      'scaned_but_redirect',
    );
    fc.assert(
      fc.property(fc.array(statuses), (told) => {
        const state = told.reduce(
          (current, status) => advance(current, { status } as QrCodeStatusReply, BASE).state,
          fresh(),
        );
        expect(JSON.parse(JSON.stringify(state))).toEqual(state);
      }),
    );
  });
});

describe('isEnd', () => {
  it('holds for the states that nothing follows', () => {
    expect(['wait', 'scaned', 'need_verifycode', 'scaned_but_redirect'].some((s) => isEnd(s as never))).toBe(
      false,
    );
    expect(
      ['expired', 'verify_code_blocked', 'binded_redirect', 'confirmed'].every((s) => isEnd(s as never)),
    ).toBe(true);
  });
});

describe('readVerifyCode', () => {
  it.each([
    ['4711', '4711'],
    [' 47 11\n', '4711'],
    ['４７１１', '4711'],
    ['47-11', '4711'],
    ['007', '007'],
  ])('reads "%s" as %s', (typed, code) => {
    expect(readVerifyCode(typed)).toBe(code);
  });

  it.each(['', '  ', 'abcd', '12a', '1'.repeat(13), '&x=1'])('does not read "%s"', (typed) => {
    expect(readVerifyCode(typed)).toBeUndefined();
    expect(() => withVerifyCode(fresh(), typed)).toThrow(RangeError);
  });
});

describe('isStuck', () => {
  it.each([
    ['one code expired', { codeNumber: 1, status: 'expired' }, false],
    ['the second is shown', { codeNumber: 2, status: 'wait' }, false],
    ['two codes expired', { codeNumber: 2, status: 'expired' }, true],
    ['the third is shown', { codeNumber: 3, status: 'wait' }, true],
    ['a code expired that was scanned', { codeNumber: 1, status: 'expired', scanned: true }, true],
    ['a code after one that was scanned', { codeNumber: 2, status: 'wait', scannedInVain: true }, true],
    ['a scan that is not confirmed yet', { codeNumber: 1, status: 'scaned', scanned: true }, false],
    ['the end was good', { codeNumber: 3, status: 'confirmed' }, false],
  ] as const)('%s', (_what, changes, stuck) => {
    expect(isStuck(fresh(changes))).toBe(stuck);
  });
});
