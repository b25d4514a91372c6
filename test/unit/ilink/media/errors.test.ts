import { ILinkError } from '../../../../ilink/errors';
import { ILinkMediaError, type MediaProblem } from '../../../../ilink/media/errors';

const PROBLEMS: MediaProblem[] = [
  'no_address',
  'foreign_host',
  'no_key',
  'too_large',
  'key_does_not_fit',
  'damaged',
  'web_page',
  'not_decodable',
];

describe('ILinkMediaError', () => {
  it.each(PROBLEMS)('%s is a code, with what was seen of the file', (problem) => {
    const error = new ILinkMediaError(problem, { code: 'html_type' });
    expect(error).toBeInstanceOf(ILinkError);
    expect(error).toMatchObject({
      name: 'ILinkMediaError',
      problem,
      endpoint: 'cdn_download',
      code: problem,
      facts: { endpoint: 'cdn_download', seen: { code: 'html_type' } },
    });
  });
});
