import { classify } from '../../../../ilink/classify';

const verdictOf = (observation: object) => classify({ endpoint: 'cdn_download', ...observation });

describe('What it means when a file does not come', () => {
  it.each([301, 400, 401, 403, 404, 410])(
    'HTTP %i: WeChat does not give it out, and asking again is no use',
    (httpStatus) => expect(verdictOf({ httpStatus })).toMatchObject({ kind: 'media_gone', repeat: 'no' }),
  );

  it.each([500, 502, 503, 524])('HTTP %i: trouble that passes', (httpStatus) =>
    expect(verdictOf({ httpStatus })).toMatchObject({ kind: 'server_trouble', repeat: 'yes' }),
  );

  it('HTTP 429: a pause', () => expect(verdictOf({ httpStatus: 429 })).toMatchObject({ kind: 'throttled' }));

  it.each([
    ['unreachable', 'unreachable'],
    ['timed_out', 'timed_out'],
    ['unintelligible', 'unreachable'],
  ])('%s: the network, not the credential', (failure, kind) => {
    expect(verdictOf({ failure })).toMatchObject({
      kind,
      repeat: 'yes',
      code: kind === 'timed_out' ? 'fetch_timed_out' : 'fetch_failed',
    });
  });

  it('says nothing about other endpoints', () =>
    expect(classify({ endpoint: 'sendmessage', httpStatus: 404 })).toMatchObject({ kind: 'wrong_address' }));
});
