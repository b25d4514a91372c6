import { ILinkError } from '../../../../ilink/errors';
import { ILinkMediaError, type MediaProblem } from '../../../../ilink/media/errors';

const PROBLEMS: MediaProblem[] = [
  'no_address',
  'foreign_host',
  'no_key',
  'too_large',
  'key_does_not_fit',
  'damaged',
  'not_decodable',
];

describe('ILinkMediaError', () => {
  it.each(PROBLEMS)('%s says what happened and what to do next', (problem) => {
    const error = new ILinkMediaError(problem, 'facts');
    expect(error).toBeInstanceOf(ILinkError);
    expect(error).toMatchObject({
      name: 'ILinkMediaError',
      problem,
      endpoint: 'cdn_download',
      detail: 'facts',
    });
    expect(error.message.length).toBeGreaterThan(20);
    expect(error.next).toMatch(/\.$/);
  });
});
