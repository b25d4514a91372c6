import { ILinkError } from '../../../ilink/errors';
import { LoginError, type LoginFailure } from '../../../login/error';

describe('LoginError', () => {
  const failures: LoginFailure[] = [
    'too_many_codes',
    'verify_code_blocked',
    'foreign_host',
    'no_qr_code',
    'unusable_qr_code',
    'no_credentials',
  ];

  it.each(failures)('says for %s what happened and what to do, like every error of iLink', (failure) => {
    const error = new LoginError(failure);
    expect(error).toBeInstanceOf(ILinkError);
    expect(error).toMatchObject({ name: 'LoginError', kind: 'login_failed', repeat: 'later', failure });
    expect(error.message).toMatch(/^[A-Z].*[^.]$/);
    expect(error.next).toMatch(/^[A-Z].*\.$/);
    expect(error.detail).toContain(failure);
  });

  it('keeps what was seen in the detail', () => {
    expect(new LoginError('foreign_host', 'example.com').detail).toBe(
      'get_qrcode_status: foreign_host, example.com',
    );
  });
});
