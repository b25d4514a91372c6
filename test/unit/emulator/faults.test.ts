import { faultName, Faults, isProcessed, type Fault } from '../../../emulator/faults';

function planned(...plan: Fault[]): Faults {
  const faults = new Faults();
  plan.forEach((fault) => faults.add(fault));
  return faults;
}

describe('Faults', () => {
  it('hits one request of its endpoint, and no other', () => {
    const faults = planned({ endpoint: 'sendmessage', status: 503 });
    expect(faults.take('getupdates')).toBeUndefined();
    expect(faults.take('sendmessage')).toMatchObject({ status: 503 });
    expect(faults.take('sendmessage')).toBeUndefined();
  });

  it('lets requests pass first, then hits as often as planned', () => {
    const faults = planned({ endpoint: 'getupdates', skip: 2, times: 3, status: 502 });
    const hits = Array.from({ length: 7 }, () => faults.take('getupdates') !== undefined);
    expect(hits).toEqual([false, false, true, true, true, false, false]);
  });

  it('hits every endpoint with *, in the order of the plan', () => {
    const faults = planned({ endpoint: '*', status: 500 }, { endpoint: 'getconfig', status: 404 });
    expect(faults.take('getconfig')?.status).toBe(500);
    expect(faults.take('getconfig')?.status).toBe(404);
  });

  it('hits only those whom it is for', () => {
    const faults = planned(
      { endpoint: '*', bot_id: 'a', status: 500 },
      { endpoint: '*', user_id: 'u', status: 501 },
      { endpoint: '*', bot_id: 'a', user_id: 'u', status: 502 },
    );
    expect(faults.take('getupdates')).toBeUndefined();
    expect(faults.take('getupdates', { bot_id: 'b', user_id: 'v' })).toBeUndefined();
    const hits = [1, 2, 3, 4].map(() => faults.take('getupdates', { bot_id: 'a', user_id: 'u' })?.status);
    expect(hits).toEqual([500, 501, 502, undefined]);
  });

  it('tells what is still to come, and forgets it when cleared', () => {
    const faults = planned({ endpoint: 'getupdates', times: 2, silence: true });
    faults.take('getupdates');
    expect(faults.pending()).toEqual([{ endpoint: 'getupdates', times: 1, silence: true }]);
    faults.clear();
    expect(faults.pending()).toEqual([]);
  });

  it('does not change the object that was given to it', () => {
    const fault: Fault = { endpoint: 'getupdates', times: 2, status: 500 };
    planned(fault).take('getupdates');
    expect(fault.times).toBe(2);
  });

  it.each([
    [{ endpoint: 'sendmesage' }, 'endpoint'],
    [{ status: 500 }, 'endpoint'],
    [{ endpoint: '*', times: 0 }, 'times'],
    [{ endpoint: '*', status: 99 }, 'status'],
    [{ endpoint: '*', drop: 'during' }, 'drop'],
    [{ endpoint: '*', silence: 'yes' }, 'silence'],
    [{ endpoint: '*', user_id: 'u', drop: 'middle' }, 'cannot have drop'],
    [{ endpoint: '*', ret: 'no' }, 'ret'],
    [{ endpoint: '*', headers: { a: 1 } }, 'headers'],
    [{ endpoint: '*', delay: 5 }, 'no field delay'],
  ])('refuses the fault %j', (fault, word) => {
    expect(() => planned(fault as Fault)).toThrow(word);
  });
});

describe('isProcessed', () => {
  const processed = (fault: Partial<Fault>) => isProcessed({ endpoint: '*', ...fault });

  it('holds for a delay, for a connection cut after, and for a truncated answer', () => {
    expect([{ delayMs: 1 }, { drop: 'after' as const }, { body: 'truncated' }].map(processed)).toEqual([
      true,
      true,
      true,
    ]);
  });

  it('does not hold for a gateway error, an error code, a connection cut before, or silence', () => {
    const faults = [
      { status: 502 },
      { ret: -1 },
      { drop: 'before' as const },
      { drop: 'middle' as const },
      { silence: true as const },
      { body: 'html' },
    ];
    expect(faults.map(processed)).toEqual(faults.map(() => false));
  });

  it('can be asked for', () => {
    expect(processed({ status: 502, process: true })).toBe(true);
    expect(processed({ drop: 'before', process: true })).toBe(false);
    expect(processed({ drop: 'middle', process: true })).toBe(false);
  });
});

describe('faultName', () => {
  it('names what happens, and not a text of the planner', () => {
    expect(faultName({ endpoint: '*', times: 2, status: 503, body: 'html' })).toBe(
      'fault: status 503, body html',
    );
    expect(faultName({ endpoint: '*', body: 'secret' })).toBe('fault: body text');
  });
});
