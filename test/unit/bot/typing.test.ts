import { Typing } from '../../../bot/typing';
import { ILinkApiError, ILinkHttpError } from '../../../ilink/errors';
import { FakeClock } from '../../support/fake-clock';

describe('Typing', () => {
  let clock: FakeClock;
  let calls: string[];
  let failures: Error[];
  let typing: Typing;

  beforeEach(() => {
    clock = new FakeClock();
    calls = [];
    failures = [];
    let next = 1;
    const client = {
      getConfig: async (user: string, contextToken?: string) => {
        calls.push(`config ${user} ${contextToken ?? '-'}`);
        return { ret: 0, typing_ticket: `ticket${next++}` };
      },
      sendTyping: async (user: string, ticket: string, status: number) => {
        calls.push(`typing ${user} ${ticket} ${status}`);
        const failure = failures.shift();
        if (failure) throw failure;
      },
    };
    typing = new Typing({ client, clock });
  });

  it('gets a ticket, shows typing, and ends it with the same ticket', async () => {
    await typing.start('u', 't');
    await typing.stop('u', 't');
    expect(calls).toEqual(['config u t', 'typing u ticket1 1', 'typing u ticket1 2']);
  });

  it('gets a ticket for each user', async () => {
    await typing.start('a');
    await typing.start('b');
    expect(calls).toEqual(['config a -', 'typing a ticket1 1', 'config b -', 'typing b ticket2 1']);
  });

  it('gets a new ticket when the old one is a minute old', async () => {
    await typing.start('u');
    await clock.advance(60_001);
    await typing.start('u');
    expect(calls.filter((call) => call.startsWith('config'))).toHaveLength(2);
  });

  it('gets a new ticket and tries again when the server refuses the old one', async () => {
    await typing.start('u');
    failures = [new ILinkApiError('sendtyping', { ret: -2, errmsg: 'ticket expired' }, [])];
    await typing.stop('u');
    expect(calls.slice(2)).toEqual(['typing u ticket1 2', 'config u -', 'typing u ticket2 2']);
  });

  it('does not try again with a ticket that was new', async () => {
    failures = [new ILinkApiError('sendtyping', { ret: -2, errmsg: 'no' }, [])];
    await expect(typing.start('u')).rejects.toThrow(ILinkApiError);
    expect(calls).toHaveLength(2);
  });

  it.each([
    ['the token is stale', new ILinkApiError('sendtyping', { ret: -14 }, [])],
    ['the server failed', new ILinkHttpError('sendtyping', 500)],
  ])('does not blame the ticket when %s', async (_what, failure) => {
    await typing.start('u');
    failures = [failure];
    await expect(typing.stop('u')).rejects.toBe(failure);
    expect(calls).toHaveLength(3);
  });
});
