import { PartlySent, Sender, type Address } from '../../../bot/sender';
import {
  ILinkApiError,
  ILinkError,
  ILinkHttpError,
  ILinkNetworkError,
  ILinkReplyError,
} from '../../../ilink/errors';
import type { MessageItem, OutboundMessage } from '../../../ilink/wire';
import { FakeClock } from '../../support/fake-clock';

const address: Address = { to: 'u@im.wechat', contextToken: 't' };
const item = { type: 1, text_item: { text: 'hello' } };

describe('Sender', () => {
  let clock: FakeClock;
  let sent: OutboundMessage[];
  let answers: ({ message_id?: string } | ILinkError)[];
  let sender: Sender;
  let noted: string[];
  let remembered: unknown[][];

  beforeEach(() => {
    clock = new FakeClock();
    sent = [];
    answers = [];
    let next = 1;
    const sendMessage = async (message: OutboundMessage): Promise<{ message_id?: string }> => {
      sent.push(message);
      const answer = answers.shift() ?? {};
      if (answer instanceof ILinkError) throw answer;
      return answer;
    };
    noted = [];
    remembered = [];
    const log = {
      sent: async (user: string) => void noted.push(`sent ${user}`),
      rememberSent: async (user: string, { text_item }: MessageItem, id?: string) =>
        void remembered.push([user, text_item?.text, id]),
      windowClosed: async (user: string) => void noted.push(`closed ${user}`),
    };
    sender = new Sender({ client: { sendMessage }, clock, newClientId: () => `c${next++}`, log });
  });

  it('sends recipient, context token and item under a client id of its own', async () => {
    answers = [{ message_id: '1' }];
    expect(await sender.send(address, item)).toEqual({
      outcome: 'accepted',
      message_id: '1',
      client_id: 'c1',
    });
    expect(sent).toEqual([{ to_user_id: 'u@im.wechat', client_id: 'c1', context_token: 't', item }]);
    await sender.send(address, item);
    expect(sent[1]!.client_id).toBe('c2');
  });

  it('remembers what went out under the id that the server gave it, and nothing that was refused', async () => {
    answers = [{ message_id: '1' }, {}, new ILinkApiError('sendmessage', { ret: -3 }, [])];
    await sender.send(address, item);
    await sender.send(address, item);
    await expect(sender.send(address, item)).rejects.toThrow();
    expect(remembered).toEqual([
      ['u@im.wechat', 'hello', '1'],
      ['u@im.wechat', 'hello', undefined],
    ]);
  });

  it('leaves the context token out when there is none', async () => {
    await sender.send({ to: 'u' }, item);
    expect(sent[0]).not.toHaveProperty('context_token');
  });

  it('calls an answer without an id unconfirmed only on a server that gives ids', async () => {
    answers = [{}, { message_id: '1' }, {}];
    const outcomes = [
      await sender.send(address, item),
      await sender.send(address, item),
      await sender.send(address, item),
    ];
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['accepted', 'accepted', 'unconfirmed']);
  });

  it('repeats under the same client id when the answer got lost', async () => {
    answers = [new ILinkNetworkError('sendmessage', 'unreachable', 'ECONNRESET', true), { message_id: '1' }];
    const result = sender.send(address, item);
    await clock.advance(500);
    expect(await result).toMatchObject({ message_id: '1', client_id: 'c1' });
    expect(sent.map(({ client_id }) => client_id)).toEqual(['c1', 'c1']);
  });

  it.each([
    ['a server error', new ILinkHttpError('sendmessage', 503)],
    ['half of an answer', new ILinkReplyError('sendmessage', 'not JSON')],
    ['a timeout', new ILinkNetworkError('sendmessage', 'timed_out', 'limit', true)],
    ['-1', new ILinkApiError('sendmessage', { ret: -1 }, [])],
  ])('gives up after three tries with %s', async (_what, failure) => {
    answers = [failure, failure, failure];
    const result = expect(sender.send(address, item)).rejects.toBe(failure);
    await clock.advance(10_000);
    await result;
    expect(sent).toHaveLength(3);
  });

  it.each([
    ['a closed window', new ILinkApiError('sendmessage', { ret: -2, errmsg: 'prepare failed' }, [])],
    ['a wrong recipient', new ILinkApiError('sendmessage', { ret: -3 }, [])],
    ['a stale token', new ILinkApiError('sendmessage', { ret: -14 }, [])],
    ['a rate limit', new ILinkApiError('sendmessage', { ret: -13 }, [])],
    ['an unknown code', new ILinkApiError('sendmessage', { ret: -99 }, [])],
    ['a denial', new ILinkHttpError('sendmessage', 403)],
  ])('never repeats after %s', async (_what, failure) => {
    answers = [failure];
    await expect(sender.send(address, item)).rejects.toBe(failure);
    expect(sent).toHaveLength(1);
  });

  it('stops repeating when the execution is cancelled', async () => {
    const abort = new AbortController();
    answers = [new ILinkHttpError('sendmessage', 503)];
    const result = expect(sender.send(address, item, abort.signal)).rejects.toMatchObject({
      name: 'AbortError',
    });
    await clock.advance(1);
    abort.abort();
    await result;
    expect(sent).toHaveLength(1);
  });

  describe('of several messages', () => {
    const text = (value: string) => ({ type: 1, text_item: { text: value } });
    const closed = (): ILinkApiError =>
      new ILinkApiError('sendmessage', { ret: -2, errmsg: 'prepare failed' }, []);

    it('keeps their order and pauses between them', async () => {
      answers = [{ message_id: '1' }, { message_id: '2' }];
      const result = sender.sendAll(address, [text('a'), text('b')], 500);
      await clock.advance(499);
      expect(sent.map(({ item: { text_item } }) => text_item!.text)).toEqual(['a']);
      await clock.advance(1);
      expect((await result).map(({ message_id }) => message_id)).toEqual(['1', '2']);
      expect(noted).toEqual(['sent u@im.wechat', 'sent u@im.wechat']);
    });

    it('says which ones arrived when a later one is refused, and sends none after it', async () => {
      answers = [{ message_id: '1' }, closed()];
      const result = sender
        .sendAll(address, [text('a'), text('b'), text('c')], 0)
        .catch((error: unknown) => error);
      await clock.advance(1);
      const failure = (await result) as PartlySent;
      expect(failure).toBeInstanceOf(PartlySent);
      expect([failure.sent.map(({ message_id }) => message_id), failure.total]).toEqual([['1'], 3]);
      expect(failure.cause).toMatchObject({ kind: 'window_closed' });
      expect(sent).toHaveLength(2);
      expect(noted).toEqual(['sent u@im.wechat', 'closed u@im.wechat']);
    });

    it('throws the refusal itself when the first one is refused', async () => {
      answers = [closed()];
      await expect(sender.sendAll(address, [text('a'), text('b')], 0)).rejects.toMatchObject({
        kind: 'window_closed',
      });
    });

    it('stops between them when the execution is cancelled', async () => {
      const abort = new AbortController();
      const result = sender
        .sendAll(address, [text('a'), text('b')], 500, abort.signal)
        .catch((error: unknown) => error);
      await clock.advance(1);
      abort.abort();
      expect(await result).toMatchObject({ sent: [{ client_id: 'c1' }] });
      expect(sent).toHaveLength(1);
    });
  });
});
