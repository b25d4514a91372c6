import { classify } from '../../../../ilink/classify';

const of = (httpStatus: number) => classify({ endpoint: 'cdn_upload', httpStatus });

describe('classify, for an upload to the CDN', () => {
  it.each([
    [302, 'wrong_address', 'no'],
    [400, 'upload_refused', 'no'],
    [401, 'upload_refused', 'no'],
    [403, 'upload_refused', 'no'],
    [404, 'wrong_address', 'no'],
    [405, 'wrong_address', 'no'],
    [413, 'upload_refused', 'no'],
    [429, 'throttled', 'later'],
    [500, 'server_trouble', 'yes'],
    [502, 'server_trouble', 'yes'],
    [524, 'server_trouble', 'yes'],
  ] as const)('HTTP %i is %s, and repeating it helps: %s', (status, kind, repeat) => {
    expect(of(status)).toMatchObject({ kind, repeat });
  });

  it.each(['unreachable', 'timed_out', 'unintelligible'] as const)('%s may pass', (failure) => {
    expect(classify({ endpoint: 'cdn_upload', failure })).toMatchObject({ kind: failure, repeat: 'yes' });
  });

  it.each([
    [400, 'file too large'],
    [413, ''],
    [403, 'size exceeds 3 MB'],
  ])('HTTP %i with %p is a file that is too large', (httpStatus, errmsg) => {
    expect(classify({ endpoint: 'cdn_upload', httpStatus, errmsg }).code).toBe('file_too_large');
  });

  it('leaves the other endpoints as they are', () => {
    expect(classify({ endpoint: 'getuploadurl', httpStatus: 404 }).kind).toBe('wrong_address');
  });
});
