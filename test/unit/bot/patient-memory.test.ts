import type { Memory } from '../../../bot/memory';
import { PatientMemory } from '../../../bot/patient-memory';
import { STORE_NEWER } from '../../../store/store';
import { FakeClock, settle } from '../../support/fake-clock';

describe('The store for those who cannot do without it', () => {
  let clock: FakeClock;
  let failures: Error[];
  let tries: number;
  const memory = {} as Memory;
  const make = (): PatientMemory =>
    new PatientMemory({
      clock,
      memory: async () => {
        tries++;
        const failure = failures.shift();
        if (failure) throw failure;
        return memory;
      },
    });
  const failing = (count: number, code = 'EACCES'): Error[] =>
    Array.from({ length: count }, () => Object.assign(new Error(code), { code }));

  beforeEach(() => {
    clock = new FakeClock();
    [failures, tries] = [[], 0];
  });

  it('is there at once when it is open', async () => {
    expect(await make().get()).toBe(memory);
    expect(tries).toBe(1);
  });

  it('is tried for five seconds, by all who wait for it together, and may come meanwhile', async () => {
    failures = failing(4);
    const patient = make();
    const both = Promise.all([patient.get(), patient.get()]);
    await clock.advance(2_000);
    expect(await both).toEqual([memory, memory]);
    expect(tries).toBe(5);
  });

  it('fails then, says why, and that nothing was done', async () => {
    failures = failing(100);
    let error: unknown;
    make()
      .get()
      .catch((thrown: unknown) => (error = thrown));
    await clock.advance(4_999);
    expect(error).toBeUndefined();
    await clock.advance(1);
    expect(error).toMatchObject({
      name: 'StoreTrouble',
      code: 'not_writable',
      facts: { seen: 'EACCES', stopped: 'action' },
    });
  });

  it('is not waited for when a newer version wrote it, nor by whoever has been stopped', async () => {
    failures = failing(1, STORE_NEWER);
    await expect(make().get()).rejects.toMatchObject({ code: 'newer' });
    await expect(make().get(AbortSignal.abort(new Error('stopped')))).rejects.toThrow('stopped');
    await settle();
    expect([tries, clock.pending]).toEqual([1, 0]);
  });
});
