import { AddressedClient, type Address, type Calls } from '../../../bot/addressed-client';
import { ILinkApiError, ILinkHttpError, ILinkNetworkError, ILinkReplyError } from '../../../ilink/errors';

const address = (apiBaseUrl: string, clientVersion = '2.4.9'): Address => ({
  apiBaseUrl,
  cdnBaseUrl: 'http://cdn',
  clientVersion,
});
const UPDATES = { messages: [], holdMs: 1 };
const unreachable = (mayHaveArrived = false) =>
  new ILinkNetworkError('sendmessage', 'unreachable', 'ECONNREFUSED', mayHaveArrived);
const closedWindow = () => new ILinkApiError('sendmessage', { ret: -2, errmsg: 'prepare failed' }, []);

describe('AddressedClient', () => {
  /** What the server at each address does with a call; it takes it unless told. */
  let failures: Record<string, () => unknown>;
  let calls: string[];
  let client: AddressedClient;

  const connect = ({ apiBaseUrl }: Address): Calls => {
    const answer = async <Result>(result: Result): Promise<Result> => {
      calls.push(apiBaseUrl);
      const failure = failures[apiBaseUrl]?.();
      if (failure !== undefined) throw failure;
      return result;
    };
    return {
      getUpdates: (_cursor, _holdMs, signal) =>
        apiBaseUrl === 'holds'
          ? new Promise((_, reject) => {
              calls.push(apiBaseUrl);
              signal!.addEventListener('abort', () => reject(signal!.reason as Error));
            })
          : answer({ ...UPDATES, answeredBy: apiBaseUrl }),
      sendMessage: () => answer({ message_id: apiBaseUrl }),
      getUploadUrl: () => answer({}),
      getConfig: () => answer({}),
      sendTyping: () => answer(undefined),
      notify: () => answer(undefined),
    };
  };
  const send = () => client.sendMessage({ to_user_id: 'u', client_id: 'c', item: { type: 1 } });
  const poll = (signal?: AbortSignal) => client.getUpdates('', 1, signal);

  beforeEach(() => {
    failures = {};
    calls = [];
    client = new AddressedClient(address('first'), connect);
  });

  it('uses the address that was there first, however many others come with the same token', async () => {
    client.offer(address('first'));
    client.offer(address('second'));
    await poll();
    await send();
    expect(calls).toEqual(['first', 'first']);
  });

  it('takes the address of whoever comes when nobody is there any more', async () => {
    client.offer(address('first')).withdraw();
    client.offer(address('edited meanwhile'));
    await send();
    expect(calls).toEqual(['edited meanwhile']);
  });

  it('takes the newest edit, for everybody', async () => {
    const [one, other] = [client.offer(address('first')), client.offer(address('second'))];
    other.edit(address('third'));
    await send();
    one.edit(address('fourth'));
    await send();
    expect(calls).toEqual(['third', 'fourth']);
    expect(client.current).toEqual(address('fourth'));
  });

  it('takes no edit for one that says the same as before', async () => {
    const [one, other] = [client.offer(address('first')), client.offer(address('second'))];
    one.edit(address('third'));
    other.edit(address('second'));
    expect(client.current).toEqual(address('third'));
  });

  it('goes back to what is left when the one who had edited is gone', () => {
    client.offer(address('first'));
    const other = client.offer(address('second'));
    other.edit(address('third'));
    other.withdraw();
    expect(client.current).toEqual(address('first'));
  });

  it('moves a poll that is under way to the new address', async () => {
    const one = client.offer(address('holds'));
    client.offer(address('holds'));
    const polled = poll();
    one.edit(address('second'));
    await expect(polled).resolves.toMatchObject({ answeredBy: 'second' });
    expect(calls).toEqual(['holds', 'second']);
  });

  it('ends a poll when its caller wants that', async () => {
    client.offer(address('holds'));
    const ending = new AbortController();
    const polled = poll(ending.signal);
    ending.abort();
    await expect(polled).rejects.toBe(ending.signal.reason);
  });

  it.each([
    ['is not there', () => unreachable()],
    ['is a page of something else', () => new ILinkReplyError('getupdates', { code: 'no_object' })],
    ['knows no such path', () => new ILinkHttpError('getupdates', 404)],
    ['lets nobody in', () => new ILinkHttpError('getupdates', 403)],
    ['does not know the token', () => new ILinkApiError('getupdates', { errcode: -14 }, [])],
  ])('uses another one when the server %s, and stays with it', async (_, failure) => {
    client.offer(address('first'));
    client.offer(address('second'));
    failures.first = failure;
    await expect(poll()).resolves.toMatchObject({ answeredBy: 'second' });
    await expect(send()).resolves.toEqual({ message_id: 'second' });
    expect(calls).toEqual(['first', 'second', 'second']);
  });

  it('tells what the right server said, and not what the wrong one did', async () => {
    client.offer(address('first'));
    client.offer(address('second'));
    failures = { first: () => unreachable(), second: closedWindow };
    await expect(send()).rejects.toMatchObject({ kind: 'window_closed' });
    expect(client.current).toEqual(address('second'));
  });

  it.each([
    ['the server has answered', closedWindow],
    ['the message may have arrived', () => unreachable(true)],
    ['the server has a problem that passes', () => new ILinkHttpError('sendmessage', 500)],
  ])('stays where it is when %s', async (_, failure) => {
    client.offer(address('first'));
    client.offer(address('second'));
    failures.first = failure;
    await expect(send()).rejects.toEqual(failure());
    expect(calls).toEqual(['first']);
  });

  it('tells of the address in use when none works, and tries each once', async () => {
    client.offer(address('first'));
    client.offer(address('second'));
    client.offer(address('second'));
    failures = { first: () => new ILinkHttpError('sendmessage', 404), second: () => unreachable() };
    await expect(send()).rejects.toMatchObject({ kind: 'wrong_address' });
    expect(calls).toEqual(['first', 'second']);
    expect(client.current).toEqual(address('first'));
  });
});
