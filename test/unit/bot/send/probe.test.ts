import { Probe, type Probed } from '../../../../bot/send/probe';
import { ILinkApiError, ILinkHttpError, ILinkNetworkError } from '../../../../ilink/errors';
import { FakeClock } from '../../../support/fake-clock';
import { finish } from '../../../support/finish';

describe('Probe', () => {
  let clock: FakeClock;
  let answers: Array<Error | 'silence' | undefined>;
  let asked: number;
  let probe: Probe;
  const ask = (user = 'u'): Promise<Probed> => finish(clock, probe.ask(user, 't'));

  beforeEach(() => {
    clock = new FakeClock();
    [answers, asked] = [[], 0];
    const getConfig = (_user: string, _token?: string, signal?: AbortSignal) => {
      asked++;
      const answer = answers.shift();
      if (answer === 'silence')
        return new Promise<never>((_resolve, reject) => {
          signal!.addEventListener('abort', () => reject(signal!.reason as Error));
        });
      return answer ? Promise.reject(answer) : Promise.resolve({ ret: 0, typing_ticket: 'x' });
    };
    probe = new Probe({ client: { getConfig }, clock });
  });

  const config = (codes: object): ILinkApiError => new ILinkApiError('getconfig', codes);
  it.each<[string, Error | undefined, Probed['found']]>([
    ['a ticket', undefined, 'open'],
    ['-4', config({ ret: -4, errmsg: 'GetTypingTicket rpc failed' }), 'closed'],
    ['1 with the text of -4', config({ ret: 1, errmsg: 'GetTypingTicket rpc failed' }), 'closed'],
    ['-14', config({ ret: -14 }), 'refused'],
    ['HTTP 401', new ILinkHttpError('getconfig', 401), 'refused'],
    ['HTTP 403', new ILinkHttpError('getconfig', 403), 'refused'],
    ['HTTP 404', new ILinkHttpError('getconfig', 404), 'refused'],
    ['an unknown user', config({ ret: -2, errmsg: 'invalid ilink_user_id' }), 'refused'],
    ['another code, by which the token was taken', config({ ret: -99 }), 'unknown'],
  ])('reads %s', async (_what, answer, found) => {
    answers = [answer];
    expect((await ask()).found).toBe(found);
    expect(asked).toBe(1);
  });

  it('asks once more when nobody could be reached, because one failure is no news', async () => {
    const broken = new ILinkNetworkError('getconfig', 'unreachable', 'ECONNRESET', true);
    answers = [broken, undefined];
    expect((await ask()).found).toBe('open');
    answers = [broken, broken];
    expect((await ask('another')).found).toBe('unreachable');
  });

  it('holds up a send for five seconds at the most', async () => {
    answers = ['silence'];
    const startedAt = clock.now();
    expect((await ask()).found).toBe('unreachable');
    expect(clock.now() - startedAt).toBe(5_000);
  });

  it('asks once for many messages to one person, and again a little later', async () => {
    await Promise.all([ask(), ask()]);
    await ask();
    expect(asked).toBe(1);
    await ask('another');
    clock.set(3_000);
    await ask();
    expect(asked).toBe(3);
  });
});
