import {
  ILinkApiError,
  ILinkError,
  ILinkHttpError,
  ILinkNetworkError,
  ILinkReplyError,
  isLoginNeeded,
} from '../../../ilink/errors';

describe('the errors', () => {
  it('say what happened, what to do, and the technical facts apart from both', () => {
    const error = new ILinkApiError('sendmessage', { ret: -2, errmsg: 'prepare failed' }, []);
    expect(error).toBeInstanceOf(ILinkError);
    expect(error.name).toBe('ILinkApiError');
    expect(error.message).toContain('closed until the user writes');
    expect(error.next).toContain('Ask the user to write');
    expect(error.detail).toBe('sendmessage answered code -2, "prepare failed"');
    expect(error.code).toBe(-2);
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
    expect(error.detail).toBe('sendmessage answered code -2');
    expect(JSON.stringify({ ...error, message: error.message })).not.toMatch(/s3cret|surgery/i);
    expect(new ILinkHttpError('cdn_upload', 400, errmsg).detail).toBe('cdn_upload answered HTTP 400');
  });

  it('name a phrase that is known, in our own spelling', () => {
    const error = new ILinkApiError('getconfig', { ret: -4, errmsg: ' GETTYPINGTICKET RPC FAILED ' });
    expect(error.detail).toBe('getconfig answered code -4, "GetTypingTicket rpc failed"');
  });

  it('name the limit that the server names, unless it repeats what was sent', () => {
    const nextOf = (errmsg: string, sent: string[] = []): string =>
      new ILinkApiError('sendmessage', { ret: -2, errmsg }, sent).next;
    expect(nextOf('text too long, limit is 8192 bytes')).toContain('at most 8,192 bytes of text.');
    expect(nextOf('text too long: max 500 characters')).toContain('at most 500 characters of text.');
    expect(nextOf('text too long')).toContain('16,384 bytes');
    expect(nextOf('text too long: limit 482913', ['your code is 482913'])).toContain('16,384 bytes');
  });

  it('name a certificate that is not trusted as such', () => {
    const error = new ILinkNetworkError('getupdates', 'untrusted', 'SELF_SIGNED_CERT_IN_CHAIN', false);
    expect(error).toMatchObject({
      kind: 'certificate_untrusted',
      message: "The server's certificate is not trusted",
      next: expect.stringContaining('NODE_EXTRA_CA_CERTS'),
    });
    expect(new ILinkNetworkError('cdn_download', 'untrusted', 'X', false).kind).toBe('certificate_untrusted');
    expect(new ILinkNetworkError('cdn_upload', 'untrusted', 'X', false).kind).toBe('certificate_untrusted');
  });

  it('keep Node error codes out of the message, which n8n would replace', () => {
    const error = new ILinkNetworkError('sendmessage', 'unreachable', 'ECONNRESET', true);
    expect(error.message).not.toContain('ECONNRESET');
    expect(error.detail).toContain('ECONNRESET');
  });

  it('know which of them asks for a new login', () => {
    expect(isLoginNeeded(new ILinkApiError('getupdates', { errcode: -14 }, []))).toBe(true);
    expect(isLoginNeeded(new ILinkReplyError('getupdates', 'not JSON'))).toBe(false);
    expect(isLoginNeeded(new Error('-14'))).toBe(false);
  });
});
