import { LoginError } from '../../../login/error';

describe('LoginError', () => {
  it('has a code and what was seen, and a message that is no sentence', () => {
    const failure = { code: 'foreign_host' as const, facts: { host: 'example.com' } };
    expect(new LoginError(failure)).toMatchObject({
      name: 'LoginError',
      code: 'foreign_host',
      endpoint: 'get_qrcode_status',
      failure,
      message: 'get_qrcode_status: foreign_host',
    });
  });
});
