import { detailOf, wordsOf } from '../../../../cli/texts';
import { ILinkApiError, ILinkHttpError, ILinkNetworkError, ILinkReplyError } from '../../../../ilink/errors';
import { NoHost } from '../../../../ilink/named-host';
import { NoAnswer } from '../../../../ilink/seen';
import { LoginError, type LoginFailure } from '../../../../login/error';

const FAILURES: LoginFailure[] = [
  { code: 'too_many_codes', facts: { codes: 3 } },
  { code: 'verify_code_blocked', facts: { codes: 3 } },
  { code: 'foreign_host', facts: { host: 'example.com' } },
  { code: 'no_qr_code' },
  { code: 'unusable_qr_code', facts: { bytes: 9 } },
  { code: 'no_credentials', facts: { missing: 'bot_token' } },
];
const ERRORS = [
  new ILinkApiError('getconfig', { errcode: -14 }),
  new ILinkApiError('get_bot_qrcode', { ret: -3 }),
  new ILinkApiError('getconfig', { ret: -3 }),
  new ILinkHttpError('get_bot_qrcode', 403),
  new ILinkHttpError('get_bot_qrcode', 404),
  new ILinkHttpError('get_bot_qrcode', 502),
  new ILinkNetworkError('get_bot_qrcode', 'unreachable', 'ECONNREFUSED', false),
  new ILinkNetworkError('get_bot_qrcode', 'timed_out', NoAnswer.inTime, true),
  new ILinkNetworkError('get_bot_qrcode', 'untrusted', 'CERT_HAS_EXPIRED', false),
  new ILinkReplyError('get_bot_qrcode', { code: 'not_json', facts: { bytes: 7 } }),
  ...FAILURES.map((failure) => new LoginError(failure)),
];

describe('What the terminal says of an error', () => {
  it.each(ERRORS.map((error) => [error.code, error] as const))(
    'is what happened and what to do, without a word of nodes and fields: %s',
    (_code, error) => {
      const { message, next } = wordsOf(error);
      expect(message).toMatch(/^[A-Z].*[^.]$/);
      expect(next).toMatch(/^[A-Z].*\.$/);
      expect(message + next).not.toMatch(
        /\bnode\b|\bn8n\b(?!-nodes)|API base URL|in the credential|the options/,
      );
    },
  );

  it('tells what was seen, for whoever looks for the reason', () => {
    expect(ERRORS.slice(0, 2).map(detailOf)).toEqual([
      'getconfig answered code -14',
      'get_bot_qrcode answered code -3',
    ]);
    expect(ERRORS.slice(5, 10).map(detailOf)).toEqual([
      'get_bot_qrcode answered HTTP 502',
      'get_bot_qrcode: ECONNREFUSED',
      'get_bot_qrcode: no answer within the limit',
      'get_bot_qrcode: CERT_HAS_EXPIRED',
      'get_bot_qrcode: the answer is not a JSON object',
    ]);
    const hidden: LoginFailure = { code: 'foreign_host', facts: { host: NoHost.withheld } };
    expect(detailOf(new LoginError(hidden))).toBe(
      'get_qrcode_status: foreign_host, a host that repeats what was asked for',
    );
  });
});
