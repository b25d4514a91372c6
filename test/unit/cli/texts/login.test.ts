import { countdown, sentence, waitingFor } from '../../../../cli/texts';
import { ILinkNetworkError } from '../../../../ilink/errors';
import type { LoginEvent } from '../../../../login/state';

const credential = {
  botToken: 'secret-token',
  botId: 'b@im.bot',
  ownerUserId: 'o@im.wechat',
  apiBaseUrl: 'https://x',
};
const EVENTS: LoginEvent[] = [
  { status: 'qr', qrcode: 'secret-code', url: 'u', expiresAtMs: 0, codeNumber: 1, codeLimit: 3 },
  { status: 'qr', qrcode: 'secret-code', url: 'u', expiresAtMs: 0, codeNumber: 2, codeLimit: 3 },
  { status: 'wait' },
  { status: 'scaned' },
  { status: 'need_verifycode', wrong: false },
  { status: 'need_verifycode', wrong: true },
  { status: 'verify_code_blocked' },
  { status: 'scaned_but_redirect', host: 'ilinkai.wechat.com' },
  { status: 'expired' },
  { status: 'binded_redirect' },
  { status: 'confirmed', credential },
  {
    status: 'trouble',
    error: new ILinkNetworkError('get_qrcode_status', 'unreachable', 'ECONNRESET', true),
    retryInMs: 400,
  },
];

describe('sentence', () => {
  it('says something else for every state, in whole sentences and without secrets', () => {
    const said = EVENTS.map(sentence);
    expect(new Set(said).size).toBe(EVENTS.length);
    for (const text of said) {
      expect(text).toMatch(/^[A-Z].*\.$/);
      expect(text).not.toContain('secret');
    }
  });

  it('never says that it tries again in no time', () => {
    expect(sentence(EVENTS.at(-1)!)).toBe(
      'WeChat could not be reached (get_qrcode_status: ECONNRESET). Trying again in 1 s.',
    );
  });
});

describe('waitingFor', () => {
  it('says what the phone is waited for', () => {
    expect(waitingFor('qr')).toBe('Waiting for the scan');
    expect(waitingFor('scaned')).toBe('Waiting for your confirmation on the phone');
    expect(waitingFor('trouble')).toBe('Waiting for WeChat to answer');
  });
});

describe('countdown', () => {
  it.each([
    [120_000, '2:00'],
    [119_001, '2:00'],
    [65_000, '1:05'],
    [1, '0:01'],
    [0, '0:00'],
    [-5_000, '0:00'],
  ])('shows %d ms as %s', (ms, text) => {
    expect(countdown(ms)).toBe(text);
  });
});
