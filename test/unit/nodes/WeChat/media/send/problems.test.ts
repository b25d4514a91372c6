import { SourceProblem } from '../../../../../../ilink/media';
import { explainFile } from '../../../../../../nodes/WeChat/media/send/problems';
import { InputProblem } from '../../../../../../nodes/WeChat/shared/errors';

const explain = (error: unknown) => explainFile(error, 'The file in "data"', 20) as InputProblem;

describe('explainFile', () => {
  it.each([
    ['too_large', 'The file in "data" is larger than 20 MB'],
    ['unreadable', 'The file in "data" could not be read to its end'],
    ['changed', 'The file in "data" changed while it was sent'],
  ] as const)('says in words that a file is %s, and what to do', (kind, message) => {
    const problem = explain(new SourceProblem(kind));
    expect(problem).toBeInstanceOf(InputProblem);
    expect(problem.message).toBe(message);
    expect(problem.next.length).toBeGreaterThan(20);
  });

  it('names the code of a read that failed, where n8n does not replace the message for it', () => {
    const cause = Object.assign(new Error('no such file, /secret/path'), { code: 'ENOENT' });
    const problem = explain(new SourceProblem('unreadable', {}, { cause }));
    expect(problem.next).toContain('(ENOENT)');
    expect(problem.message + problem.next).not.toContain('/secret/path');
  });

  it.each(['ENOSPC', 'EDQUOT'])('says that the disk is full for %s, thrown or as a cause', (code) => {
    const error = Object.assign(new Error('x'), { code });
    for (const thrown of [error, new SourceProblem('unreadable', {}, { cause: error })]) {
      expect(explain(thrown).message).toContain('disk is full');
    }
  });

  it.each([new Error('other'), 'a text', undefined])('leaves everything else as it is: %p', (error) => {
    expect(explain(error)).toBe(error);
  });
});
