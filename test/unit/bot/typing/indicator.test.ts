import { TypingIndicator } from '../../../../bot/typing/indicator';
import { ILinkApiError, ILinkHttpError, ILinkNetworkError } from '../../../../ilink/errors';
import { FakeClock } from '../../../support/fake-clock';
import { finish } from '../../../support/finish';

describe('TypingIndicator', () => {
  let clock: FakeClock;
  let calls: string[];
  let failures: Error[];
  let configFailures: Error[];
  let indicator: TypingIndicator;

  beforeEach(() => {
    clock = new FakeClock();
    calls = [];
    failures = [];
    configFailures = [];
    let next = 1;
    const client = {
      getConfig: async (user: string, contextToken?: string) => {
        calls.push(`config ${user} ${contextToken ?? '-'}`);
        const failure = configFailures.shift();
        if (failure) throw failure;
        return { ret: 0, typing_ticket: `ticket${next++}` };
      },
      sendTyping: async (user: string, ticket: string, status: number) => {
        calls.push(`typing ${user} ${ticket} ${status}`);
        const failure = failures.shift();
        if (failure) throw failure;
      },
    };
    indicator = new TypingIndicator({ client, clock });
  });

  it('gets a ticket, shows typing, and ends it with the same ticket', async () => {
    await indicator.show('u', { contextToken: 't' });
    await indicator.hide('u', { contextToken: 't' });
    expect(calls).toEqual(['config u t', 'typing u ticket1 1', 'typing u ticket1 2']);
  });

  it('gets a ticket for each user', async () => {
    await indicator.show('a');
    await indicator.show('b');
    expect(calls).toEqual(['config a -', 'typing a ticket1 1', 'config b -', 'typing b ticket2 1']);
  });

  it('gets a new ticket when the old one is a minute old', async () => {
    await indicator.show('u');
    await clock.advance(60_001);
    await indicator.show('u');
    expect(calls.filter((call) => call.startsWith('config'))).toHaveLength(2);
  });

  it('gets a new ticket and tries again when the server refuses the old one', async () => {
    await indicator.show('u');
    failures = [new ILinkApiError('sendtyping', { ret: -2, errmsg: 'ticket expired' }, [])];
    await indicator.hide('u');
    expect(calls.slice(2)).toEqual(['typing u ticket1 2', 'config u -', 'typing u ticket2 2']);
  });

  it('does not try again with a ticket that was new', async () => {
    failures = [new ILinkApiError('sendtyping', { ret: -2, errmsg: 'no' }, [])];
    await expect(indicator.show('u')).rejects.toThrow(ILinkApiError);
    expect(calls).toHaveLength(2);
  });

  it.each([
    ['the token is stale', new ILinkApiError('sendtyping', { ret: -14 }, [])],
    ['the server failed', new ILinkHttpError('sendtyping', 500)],
  ])('does not blame the ticket when %s', async (_what, failure) => {
    await indicator.show('u');
    failures = [failure];
    await expect(indicator.hide('u')).rejects.toBe(failure);
    expect(calls).toHaveLength(3);
  });

  it.each([
    ['a 5xx', new ILinkHttpError('sendtyping', 503)],
    ['a reset', new ILinkNetworkError('sendtyping', 'unreachable', 'ECONNRESET', true)],
  ])('survives %s at either request, for somebody who asked for it', async (_what, failure) => {
    configFailures = [failure];
    await finish(clock, indicator.show('u', { isPatient: true }));
    failures = [failure];
    await finish(clock, indicator.hide('u', { isPatient: true }));
    expect(calls).toEqual([
      'config u -',
      'config u -',
      'typing u ticket1 1',
      'typing u ticket1 2',
      'typing u ticket1 2',
    ]);
  });

  it('does not repeat what the server refused, nor for ever', async () => {
    failures = [new ILinkApiError('sendtyping', { ret: -14 })];
    await expect(indicator.show('u', { isPatient: true })).rejects.toThrow('login_needed');
    failures = Array.from({ length: 9 }, () => new ILinkHttpError('sendtyping', 503));
    await expect(finish(clock, indicator.show('u', { isPatient: true }))).rejects.toThrow('server_trouble');
    expect(failures).toHaveLength(6);
  });
});
