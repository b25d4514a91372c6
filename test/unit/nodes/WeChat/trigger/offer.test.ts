import type { IRun, ITriggerFunctions } from 'n8n-workflow';

import {
  isCutOff,
  offerMessage,
  type Ending,
  type OfferTerms,
} from '../../../../../nodes/WeChat/trigger/offer';
import { FakeClock, settle } from '../../../../support/fake-clock';

describe('A message that is offered to n8n', () => {
  let clock: FakeClock;
  let offers: Array<{ key: string; at: number; resolve(run?: IRun): void; reject(error: Error): void }>;
  let told: string[];
  let ending: Ending | undefined;
  const startedAt = new FakeClock().now();

  async function offer(terms: Partial<OfferTerms> = {}): Promise<void> {
    const context = {
      emit: (_data: unknown, _response: unknown, done: (typeof offers)[number], key: string) =>
        offers.push({ ...done, key, at: clock.now() - startedAt }),
      helpers: {
        createDeferredPromise: () => {
          let settles!: object;
          const promise = new Promise((resolve, reject) => (settles = { resolve, reject }));
          return { promise, ...settles };
        },
      },
    } as unknown as ITriggerFunctions;
    const all = { key: 'k', deadlineMs: 3_600_000, offersAgain: true, waitsForEnd: false, ...terms };
    const unconfirmed = {
      offeredAgain: (sinceMs: number, isLasting: boolean) => told.push(`${sinceMs} ${isLasting}`),
      confirmed: () => told.push('confirmed'),
    };
    void offerMessage(context, { json: {} }, all, clock, unconfirmed).then((given) => (ending = given));
    await settle();
  }
  const seconds = (): number[] => offers.map(({ at }) => at / 1_000);
  const run = (status: string, more: object = {}): IRun => ({ status, ...more }) as IRun;
  const lostByWorker = run('error', { data: { resultData: { runData: {}, error: { message: 'x' } } } });

  beforeEach(() => {
    clock = new FakeClock();
    [offers, told, ending] = [[], [], undefined];
  });

  it('is offered again after one and a half minutes, then ever more rarely, and always under the same key', async () => {
    await offer();
    await clock.advance(30 * 60_000);
    expect(seconds()).toEqual([0, 90, 270, 630, 1350]);
    expect(new Set(offers.map(({ key }) => key))).toEqual(new Set(['k']));
    expect(told).toEqual(['90000 false', '270000 true', '630000 true', '1350000 true']);
  });

  it('is offered once where no job can get lost', async () => {
    await offer({ offersAgain: false, deadlineMs: 600_000 });
    await clock.advance(600_000);
    expect([seconds(), ending]).toEqual([[0], { deadline: true, known: false }]);
  });

  it('is over when n8n says that it has it, in whatever state', async () => {
    await offer();
    await clock.advance(90_000);
    offers[1]!.resolve(undefined);
    await settle();
    expect([ending, clock.pending, told.at(-1)]).toEqual([{ run: undefined }, 0, 'confirmed']);
  });

  it('is waited for until its end where others come in order behind it, and is not offered any more', async () => {
    await offer({ waitsForEnd: true });
    await clock.advance(90_000);
    offers[1]!.resolve(undefined);
    await clock.advance(20 * 60_000);
    expect([seconds(), ending]).toEqual([[0, 90], undefined]);
    offers[0]!.resolve(run('success'));
    await settle();
    expect(ending).toMatchObject({ run: { status: 'success' } });
  });

  it('is known at the deadline when n8n has said so', async () => {
    await offer({ waitsForEnd: true, deadlineMs: 300_000 });
    await clock.advance(90_000);
    offers[1]!.resolve(undefined);
    await clock.advance(300_000);
    expect(ending).toEqual({ deadline: true, known: true });
  });

  it('does not count the end of an execution in whose place n8n has put another one', async () => {
    await offer();
    await clock.advance(90_000);
    offers[0]!.resolve(lostByWorker);
    await settle();
    expect(ending).toBeUndefined();
    offers[1]!.resolve(run('success'));
    await settle();
    expect(ending).toMatchObject({ run: { status: 'success' } });
  });

  it('is refused when the latest offer is, and not when an earlier one is', async () => {
    await offer();
    await clock.advance(90_000);
    offers[0]!.reject(new Error('gone'));
    await settle();
    expect(ending).toBeUndefined();
    offers[1]!.reject(new Error('no database'));
    await settle();
    expect(ending).toMatchObject({ refused: new Error('no database') });
  });

  it.each([
    ['crashed', run('crashed'), true],
    ['lost by its worker', lostByWorker, true],
    ['marked as crashed before a worker had it', { finished: false } as IRun, true],
    [
      'failed in a node',
      run('error', { data: { resultData: { runData: {}, lastNodeExecuted: 'A' } } }),
      false,
    ],
    ['failed, and nothing else is known', run('error'), false],
    ['done', run('success'), false],
    ['stopped by somebody', run('canceled'), false],
  ])('whose run was %s: %#', (_what, given, expected) => {
    expect(isCutOff(given)).toBe(expected);
  });
});
