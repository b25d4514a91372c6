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
  const run = async <Result>(action: () => Result): Promise<Result> => action();
  const inTransaction = jest.fn(run);
  const alone = jest.fn(run);
  const made = (): GroupCommit => new GroupCommit(tryAll, inTransaction as typeof run, alone as typeof run);
  beforeEach(() => {
    steps.length = 0;
    jest.clearAllMocks();
  });
  const noting = (step: string) => () => {
    steps.push(step);
    return step;
  };

  it('does what comes first at once, and what comes in the same turn in one transaction, in the order of the calls', async () => {
    const group = made();
    const results = [group.write(noting('a')), group.write(noting('b')), group.write(noting('c'))];
    expect(steps).toEqual(['a']);
    expect(await Promise.all(results)).toEqual(['a', 'b', 'c']);
    expect(steps).toEqual(['a', 'b', 'c']);
    expect(tryAll).toHaveBeenCalledTimes(1);
    expect(inTransaction).toHaveBeenCalledTimes(1);
  });

  it('takes the way that is a transaction by itself for one that is alone', async () => {
    const group = made();
    expect(await group.write(noting('in a group'), noting('by itself'))).toBe('by itself');
    expect([alone.mock.calls.length, tryAll.mock.calls.length]).toEqual([1, 0]);
  });

  it('writes what goes along with the next one, in one transaction', async () => {
    const group = made();
    const results = [group.join(noting('note')), group.write(noting('claim'), noting('by itself'))];
    expect(steps).toEqual(['note', 'claim']);
    expect(await Promise.all(results)).toEqual(['note', 'claim']);
    expect(tryAll).toHaveBeenCalledTimes(1);
  });

  it('writes what goes along at the end of the turn when there is no next one', async () => {
    const group = made();
    expect(await Promise.all([group.join(noting('a')), group.join(noting('b'))])).toEqual(['a', 'b']);
    expect(tryAll).toHaveBeenCalledTimes(1);
  });

  it('lets one that fails take no other with it', async () => {
    const group = made();
    const failing = () => {
      throw new Error('no room');
    };
    const results = await Promise.allSettled([
      group.join(noting('a')),
      group.join(failing),
      group.join(noting('b')),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(inTransaction).toHaveBeenCalledTimes(3);
  });

  it('does not hold up everybody for a large crowd', async () => {
    const group = made();
    await Promise.all(Array.from({ length: 450 }, (_, i) => group.join(noting(String(i)))));
    expect(tryAll).toHaveBeenCalledTimes(3);
    expect(steps).toEqual(Array.from({ length: 450 }, (_, i) => String(i)));
  });

  it('is done at once when it is told so', async () => {
    const group = made();
    const result = group.join(noting('a'));
    group.flush();
    expect(steps).toEqual(['a']);
    expect(await result).toBe('a');
    await new Promise((resolve) => setImmediate(resolve));
    expect(tryAll).toHaveBeenCalledTimes(1);
  });
});
