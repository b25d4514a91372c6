import { inSteps, type Steps } from '../../../../ilink/updates/steps';

describe('inSteps', () => {
  it('lets other work go on in between, and gives the result', async () => {
    let turns = 0;
    function* work(): Steps<string> {
      for (let step = 0; step < 3; step++) yield;
      return 'done';
    }
    const other = (): void => {
      turns++;
      if (turns < 10) setImmediate(other);
    };
    setImmediate(other);
    expect(await inSteps(work())).toBe('done');
    expect(turns).toBeGreaterThanOrEqual(3);
  });

  it('fails as its work fails', async () => {
    function* work(): Steps<string> {
      throw new Error('no');
    }
    await expect(inSteps(work())).rejects.toThrow('no');
  });
});
