import {
  ILinkApiError,
  ILinkError,
  ILinkHttpError,
  ILinkNetworkError,
  ILinkReplyError,
  isLoginNeeded,
} from '../../../ilink/errors';

describe('the errors', () => {
  it('have a code, facts and what the caller may do, and a message that is no sentence', () => {
    const error = new ILinkApiError('sendmessage', { ret: -2, errmsg: 'prepare failed' }, []);
    expect(error).toBeInstanceOf(ILinkError);
    expect(error).toMatchObject({ name: 'ILinkApiError', kind: 'window_closed', repeat: 'no', errcode: -2 });
    expect(error).toMatchObject({ code: 'window_closed', facts: { endpoint: 'sendmessage' } });
    expect(error.facts.seen).toEqual({ code: 'errcode', facts: { errcode: -2, phrase: 'prepare failed' } });
    expect(error.message).toBe('sendmessage: window_closed, errcode, -2 prepare failed');
  });

  it.each([
    'bad token s3cret-token',
    'BAD TOKEN S3CRET-TOKEN',
    's3cret',
    'bad token s3cret%2Dtoken',
    'prepare failed: s3cret-token',
    'text too long: the surgery is on Tuesday',
  ])('say the code and nothing of what the server says when it may hold a secret: %s', (errmsg) => {
    const error = new ILinkApiError('sendmessage', { ret: -2, errmsg }, ['s3cret-token']);
    expect((error.facts.seen as { facts: object }).facts).toEqual({ errcode: -2 });
    expect(JSON.stringify({ ...error, message: error.message })).not.toMatch(/s3cret|surgery/i);
    expect(new ILinkHttpError('cdn_upload', 400, errmsg).facts.seen).toEqual({
      code: 'status',
      facts: { status: 400 },
    });
  });

  it('name a phrase that is known, in our own spelling', () => {
    const error = new ILinkApiError('getconfig', { ret: -4, errmsg: ' GETTYPINGTICKET RPC FAILED ' });
    expect(error.facts.seen).toMatchObject({ facts: { phrase: 'GetTypingTicket rpc failed' } });
  });

  it('name the limit that the server names, unless it repeats what was sent', () => {
    const limitOf = (errmsg: string, sent: string[] = []): object | undefined =>
      new ILinkApiError('sendmessage', { ret: -2, errmsg }, sent).facts.limit;
    expect(limitOf('text too long, limit is 8192 bytes')).toEqual({ amount: 8192, unit: 'bytes' });
    expect(limitOf('text too long: max 500 characters')).toEqual({ amount: 500, unit: 'characters' });
    expect(limitOf('text too long')).toBeUndefined();
    expect(limitOf('text too long: limit 482913', ['your code is 482913'])).toBeUndefined();
  });

  it('name a certificate that is not trusted as such', () => {
    const error = new ILinkNetworkError('getupdates', 'untrusted', 'SELF_SIGNED_CERT_IN_CHAIN', false);
    expect(error).toMatchObject({ kind: 'certificate_untrusted', code: 'certificate_untrusted' });
    expect(new ILinkNetworkError('cdn_download', 'untrusted', 'X', false).kind).toBe('certificate_untrusted');
    expect(new ILinkNetworkError('cdn_upload', 'untrusted', 'X', false).kind).toBe('certificate_untrusted');
  });

  it('know which of them asks for a new login', () => {
    expect(isLoginNeeded(new ILinkApiError('getupdates', { errcode: -14 }, []))).toBe(true);
    expect(isLoginNeeded(new ILinkReplyError('getupdates', { code: 'no_object' }))).toBe(false);
    expect(isLoginNeeded(new Error('-14'))).toBe(false);
  });
});
