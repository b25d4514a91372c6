import {
  ILinkApiError,
  ILinkHttpError,
  ILinkNetworkError,
  type ErrorCode,
} from '../../../../../ilink/errors';
import { classify } from '../../../../../ilink/classify';
import { ILinkMediaError, type MediaProblem } from '../../../../../ilink/media/errors';
import { LoginError, type LoginFailure } from '../../../../../login/error';
import { detailIn, errorWords, problemWords, wordsOf, type Words } from '../../../../../nodes/WeChat/texts';

const wordsFor = (observation: Parameters<typeof classify>[0]): Words => {
  const { endpoint } = observation;
  const { code, limit } = classify(observation);
  return errorWords({ code, facts: { endpoint, seen: { code: 'no_object' }, ...(limit && { limit }) } });
};

describe('What an error of the protocol means', () => {
  it('is said with what to do, and the technical facts apart from both', () => {
    const error = new ILinkApiError('sendmessage', { ret: -2, errmsg: 'prepare failed' }, []);
    expect(wordsOf(error).message).toContain('closed until the user writes');
    expect(wordsOf(error).next).toContain('Ask the user to write');
    expect(detailIn(error)).toBe('sendmessage answered code -2, "prepare failed"');
  });

  it('names no Node error code in the message, which n8n would replace', () => {
    const error = new ILinkNetworkError('sendmessage', 'unreachable', 'ECONNRESET', true);
    expect(wordsOf(error).message).toBe('WeChat could not be reached');
    expect(detailIn(error)).toBe('sendmessage: ECONNRESET');
  });

  it('is said of a certificate that is not trusted', () => {
    const error = new ILinkNetworkError('getupdates', 'untrusted', 'SELF_SIGNED_CERT_IN_CHAIN', false);
    expect(wordsOf(error)).toMatchObject({
      message: "The server's certificate is not trusted",
      next: expect.stringContaining('NODE_EXTRA_CA_CERTS'),
    });
  });

  it('names the limit that the server names, and else the one that was reported', () => {
    const nextOf = (errmsg: string): string =>
      wordsOf(new ILinkApiError('sendmessage', { ret: -2, errmsg }, [])).next;
    expect(nextOf('text too long, limit is 8192 bytes')).toContain('at most 8,192 bytes of text.');
    expect(nextOf('text too long: max 500 characters')).toContain('at most 500 characters of text.');
    expect(nextOf('text too long')).toContain('16,384 bytes');
    const refused = new ILinkApiError('getuploadurl', { ret: -2, errmsg: 'file size limit 25MB' });
    expect(wordsOf(refused).next).toContain('at most 25 MB there');
    const large = new ILinkHttpError('cdn_upload', 413, 'file size exceeds 1048576 bytes');
    expect(wordsOf(large).next).toContain('at most 1,048,576 bytes.');
  });

  it.each([302, 400, 404, 413, 429, 500])(
    'speaks of the file server for HTTP %i of an upload',
    (httpStatus) => {
      const { message, next } = wordsFor({ endpoint: 'cdn_upload', httpStatus });
      expect(message).toContain('file server');
      expect(next.length).toBeGreaterThan(20);
      expect(next).not.toContain('API base URL');
    },
  );

  it.each(['unreachable', 'timed_out', 'unintelligible'] as const)(
    'speaks of the server that it is about when files are %s',
    (failure) => {
      const upload = wordsFor({ endpoint: 'cdn_upload', failure });
      expect(upload.message).toContain('file server');
      expect(upload.next).not.toContain('API base URL');
      const download = wordsFor({ endpoint: 'cdn_download', failure });
      expect(download.message + download.next).not.toMatch(/API base URL|credential/);
      expect(wordsFor({ endpoint: 'getuploadurl', httpStatus: 404 }).next).toContain('API base URL');
    },
  );

  it.each<MediaProblem>([
    'no_address',
    'foreign_host',
    'no_key',
    'too_large',
    'key_does_not_fit',
    'damaged',
    'web_page',
    'not_decodable',
  ])('says of a file that has the problem %s what to do next', (problem) => {
    const error = new ILinkMediaError(problem, { code: 'no_silk' });
    const { message, next } = wordsOf(error);
    expect(message.length).toBeGreaterThan(20);
    expect(next).toMatch(/\.$/);
    expect(detailIn(error)).toBe('it is not SILK');
  });
});

/** Everything that a person can meet; the other two say that nothing is wrong. */
const CODES: Array<Exclude<ErrorCode, 'accepted' | 'empty_poll'>> = [
  'login_needed',
  'throttled',
  'window_closed',
  'certificate_untrusted',
  'server_trouble',
  'unreachable',
  'timed_out',
  'unintelligible',
  'access_denied',
  'wrong_address',
  'wrong_recipient',
  'unknown_code',
  'login_failed',
  'upload_not_prepared',
  'upload_refused',
  'bad_request',
  'text_too_long',
  'fetch_failed',
  'fetch_timed_out',
  'file_gone',
  'file_server_trouble',
  'file_server_throttled',
  'file_server_unreachable',
  'file_server_timed_out',
  'file_server_unintelligible',
  'no_file_server',
  'file_refused',
  'file_too_large',
];

describe('Every code', () => {
  it.each(CODES)('is said with what happened and what to do: %s', (code) => {
    const { message, next } = errorWords({
      code,
      facts: { endpoint: 'sendmessage', seen: { code: 'no_object' } },
    });
    expect(message).toMatch(/^[A-Z][^.]+/);
    expect(next).toMatch(/^[A-Z].+\.$/);
    // n8n replaces a message that contains a Node error code.
    expect(message).not.toMatch(/E[A-Z]{4,}/);
  });
});

describe('What a later version kept in the store', () => {
  it('is said as far as it is known', () => {
    const facts = { endpoint: 'sendmessage' as const, seen: { code: 'no_object' as const } };
    const later = { code: 'of_tomorrow', facts } as unknown as Parameters<typeof errorWords>[0];
    expect(errorWords(later).message).toBe('WeChat refused the request with a code that is not known');
    const problem = { code: 'of_tomorrow' } as unknown as Parameters<typeof problemWords>[0];
    expect(problemWords(problem)).toEqual({
      message: 'Something unexpected went wrong',
      next: 'Start the login again, and report this if it stays (of_tomorrow).',
    });
  });
});

describe('What a login ended with', () => {
  it.each<[LoginFailure, string]>([
    [{ code: 'too_many_codes', facts: { codes: 3 } }, 'get_bot_qrcode: too_many_codes, 3 codes'],
    [{ code: 'verify_code_blocked', facts: { codes: 3 } }, 'get_qrcode_status: verify_code_blocked, 3 codes'],
    [
      { code: 'foreign_host', facts: { host: 'example.com' } },
      'get_qrcode_status: foreign_host, example.com',
    ],
    [{ code: 'no_qr_code' }, 'get_bot_qrcode: no_qr_code'],
    [{ code: 'unusable_qr_code', facts: { bytes: 9 } }, 'get_bot_qrcode: unusable_qr_code, 9 bytes'],
    [
      { code: 'no_credentials', facts: { missing: 'bot_token' } },
      'get_qrcode_status: no_credentials, bot_token is missing',
    ],
  ])('is said with what to do and what was seen: %j', (failure, detail) => {
    const error = new LoginError(failure);
    const words = wordsOf(error) as Words | undefined;
    expect(words?.message).toMatch(/^[A-Z].*[^.]$/);
    expect(words?.next).toMatch(/^[A-Z].*\.$/);
    expect(detailIn(error)).toBe(detail);
  });
});
