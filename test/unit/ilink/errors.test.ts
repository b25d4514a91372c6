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

  it('keep no secret that the server repeats', () => {
    const error = new ILinkApiError('getconfig', { ret: -2, errmsg: 'bad token s3cret-token' }, [
      's3cret-token',
    ]);
    expect(JSON.stringify({ ...error, message: error.message })).not.toContain('s3cret');
    expect(new ILinkHttpError('cdn_upload', 400, 'no s3cret', ['s3cret']).detail).toBe(
      'cdn_upload answered HTTP 400, "no ***"',
    );
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
