import { networkFailure } from '../../../ilink/network-failure';

const withCode = (code: string): Error => Object.assign(new Error(code), { code });

describe('networkFailure', () => {
  it.each([
    ['ECONNREFUSED', 'unreachable', false],
    ['ENOTFOUND', 'unreachable', false],
    ['UND_ERR_CONNECT_TIMEOUT', 'timed_out', false],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'certificate_untrusted', false],
    ['ECONNRESET', 'unreachable', true],
    ['UND_ERR_SOCKET', 'unreachable', true],
  ])('of %s is %s, and the request may have arrived: %s', (code, kind, mayHaveArrived) => {
    expect(networkFailure('sendmessage', withCode(code), false)).toMatchObject({ kind, mayHaveArrived });
  });

  it('of our own limit may have arrived, whatever the error says', () => {
    const failure = networkFailure('sendmessage', withCode('ECONNREFUSED'), true);
    expect(failure).toMatchObject({ kind: 'timed_out', mayHaveArrived: true });
  });

  it('finds the code behind causes, and among those of several addresses', () => {
    const tried = Object.assign(new Error('all'), {
      errors: [withCode('ECONNREFUSED'), withCode('EHOSTUNREACH')],
    });
    const error = new TypeError('fetch failed', { cause: tried });
    expect(networkFailure('getconfig', error, false)).toMatchObject({
      reason: 'ECONNREFUSED',
      mayHaveArrived: false,
    });
  });

  it('has the name of an error without a code, and of what is no error', () => {
    expect(networkFailure('getconfig', new RangeError('odd'), false)).toMatchObject({ reason: 'RangeError' });
    expect(networkFailure('getconfig', 'odd', false)).toMatchObject({ mayHaveArrived: true });
  });
});
