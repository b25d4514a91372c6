import { GroupCommit } from '../../../../store/sqlite/group-commit';

describe('GroupCommit', () => {
  const steps: string[] = [];
  const tryAll = jest.fn((action: () => unknown[]): [boolean, unknown] => {
    try {
      return [true, action()];
    } catch (error) {
      return [false, error];
    }
  });
  const alone = jest.fn(async (action: () => unknown) => action());
  beforeEach(() => {
    steps.length = 0;
    jest.clearAllMocks();
  });
  const noting = (step: string) => () => {
    steps.push(step);
    return step;
  };

  it('does what comes in one turn in one transaction, in the order of the calls, and gives each its result', async () => {
    const group = new GroupCommit(tryAll, alone);
    const results = [group.write(noting('a')), group.write(noting('b')), group.write(noting('c'))];
    expect(steps).toEqual([]);
    expect(await Promise.all(results)).toEqual(['a', 'b', 'c']);
    expect(steps).toEqual(['a', 'b', 'c']);
    expect(tryAll).toHaveBeenCalledTimes(1);
    expect(alone).not.toHaveBeenCalled();
  });

  it('does what comes later in a transaction of its own', async () => {
    const group = new GroupCommit(tryAll, alone);
    await group.write(noting('a'));
    await group.write(noting('b'));
    expect(tryAll).toHaveBeenCalledTimes(2);
  });

  it('lets one that fails take no other with it', async () => {
    const group = new GroupCommit(tryAll, alone);
    const failing = () => {
      throw new Error('no room');
    };
    const results = await Promise.allSettled([
      group.write(noting('a')),
      group.write(failing),
      group.write(noting('b')),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(alone).toHaveBeenCalledTimes(3);
  });

  it('does not hold up everybody for a large crowd', async () => {
    const group = new GroupCommit(tryAll, alone);
    await Promise.all(Array.from({ length: 450 }, (_, i) => group.write(noting(String(i)))));
    expect(tryAll).toHaveBeenCalledTimes(3);
    expect(steps).toEqual(Array.from({ length: 450 }, (_, i) => String(i)));
  });

  it('is done at once when it is told so', async () => {
    const group = new GroupCommit(tryAll, alone);
    const result = group.write(noting('a'));
    group.flush();
    expect(steps).toEqual(['a']);
    expect(await result).toBe('a');
    await new Promise((resolve) => setImmediate(resolve));
    expect(tryAll).toHaveBeenCalledTimes(1);
  });
});
