import type { Claim, Conversations } from '../../../../bot/send/conversations';
import type { Probed } from '../../../../bot/send/probe';
import type { Outcome, OutgoingMessage } from '../../../../bot/send/message';
import { MessageSender } from '../../../../bot/send/message-sender';
import { waitReasonOf } from '../../../../bot/send/wait-reasons';
import { DEFAULT_LIMITS, type Limits } from '../../../../bot/send/window';
import {
  ILinkApiError,
  ILinkError,
  ILinkHttpError,
  ILinkNetworkError,
  ILinkReplyError,
} from '../../../../ilink/errors';
import type { OutboundMessage } from '../../../../ilink/wire';
import type { SendClaim } from '../../../../store/store';
import { FakeClock } from '../../../support/fake-clock';

const item = { type: 1, text_item: { text: 'hello' } };
const message: OutgoingMessage = { to: 'u@im.wechat', item };
const closed = (): ILinkError => new ILinkApiError('sendmessage', { ret: -2, errmsg: 'prepare failed' }, []);
const lost = (): ILinkError => new ILinkNetworkError('sendmessage', 'unreachable', 'ECONNRESET', true);

describe('MessageSender', () => {
  let clock: FakeClock;
  let sent: OutboundMessage[];
  let answers: ({ message_id?: string; isBare?: boolean } | ILinkError)[];
  let sender: MessageSender;
  let noted: string[];
  let claim: Claim;
  let probed: Probed;
  let knownIdGiver: boolean;

  beforeEach(() => {
    clock = new FakeClock();
    sent = [];
    answers = [];
    noted = [];
    claim = {
      granted: true,
      lastInboundAt: clock.now() - 5,
      closedByServer: false,
      contextToken: 'newest',
      login: 'l',
      sentSince: 0,
      throttledUntil: 0,
      throttles: 0,
      slotAt: clock.now(),
      gapMs: 500,
    };
    probed = { found: 'closed' };
    knownIdGiver = false;
    let next = 1;
    const sendMessage = async (wire: OutboundMessage): Promise<{ message_id?: string; isBare?: boolean }> => {
      sent.push(wire);
      const answer = answers.shift() ?? { isBare: true };
      if (answer instanceof ILinkError) throw answer;
      return answer;
    };
    const conversations = {
      claim: async (_user: string, limits?: object) => {
        noted.push(limits ? 'claim' : 'claim in any case');
        return claim;
      },
      settle: async (_user: string, _claim: SendClaim, end: Parameters<Conversations['settle']>[2] = {}) => {
        const { isBack, isClosed, isOpen, throttle } = end;
        if (isClosed) noted.push('back, closed');
        else if (throttle) noted.push(`back, not for ${throttle.until - clock.now()} ms`);
        else if (isBack) noted.push('back');
        else if (isOpen) noted.push('reopened');
      },
      reasonBy: (known: SendClaim, limits?: Limits, hasToken = false) =>
        waitReasonOf({ ...known, hasToken }, clock.now(), limits),
    };
    const idGiver = { known: async () => knownIdGiver, learn: async () => void noted.push('gives ids') };
    const newClientId = () => `c${next++}`;
    const probe = async (): Promise<Probed> => {
      noted.push('look');
      return probed;
    };
    sender = new MessageSender({
      client: { sendMessage },
      conversations,
      probe,
      random: () => 0.5,
      clock,
      newClientId,
      idGiver,
    });
  });

  const send = (more: Partial<OutgoingMessage> = {}, signal?: AbortSignal): Promise<Outcome> =>
    sender.send({ ...message, ...more }, DEFAULT_LIMITS, signal);

  it('sends recipient, context token and item under a client id of its own', async () => {
    answers = [{ message_id: '1' }];
    expect(await send()).toEqual({ outcome: 'accepted', message_id: '1', client_id: 'c1' });
    expect(sent).toEqual([{ to_user_id: 'u@im.wechat', client_id: 'c1', context_token: 'newest', item }]);
    await send();
    expect(sent[1]!.client_id).toBe('c2');
  });

  it('uses the token that is wanted, else the newest that is known, else that of the item, else none', async () => {
    await send({ contextToken: { wanted: 'wanted', fallback: 'item' } });
    await send({ contextToken: { fallback: 'item' } });
    claim = { ...claim, contextToken: '' };
    await send({ contextToken: { fallback: 'item' } });
    await send();
    expect(sent.map(({ context_token }) => context_token)).toEqual(['wanted', 'newest', 'item', undefined]);
    expect(sent[3]).not.toHaveProperty('context_token');
  });

  it('calls ret 0 without an id unconfirmed from the first send on', async () => {
    answers = [{}];
    expect(await send()).toEqual({ outcome: 'unconfirmed', client_id: 'c1' });
  });

  it('calls an empty reply unconfirmed only on a server that gives ids', async () => {
    answers = [{ isBare: true }, { message_id: '1' }, { isBare: true }];
    const outcomes = [await send(), await send(), await send()];
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['accepted', 'accepted', 'unconfirmed']);
  });

  it('remembers from before a restart that the server gives ids', async () => {
    knownIdGiver = true;
    expect(await send()).toMatchObject({ outcome: 'unconfirmed' });
    answers = [{ message_id: '1' }, { message_id: '2' }];
    await send();
    await send();
    expect(noted.filter((what) => what === 'gives ids')).toHaveLength(0);
  });

  it('notes once that the server gives ids', async () => {
    answers = [{ message_id: '1' }, { message_id: '2' }];
    await send();
    await send();
    expect(noted.filter((what) => what === 'gives ids')).toHaveLength(1);
  });

  it('calls what went out without any token unconfirmed when there is no id: some servers drop it without a word', async () => {
    claim = { ...claim, contextToken: '' };
    expect(await send()).toMatchObject({ outcome: 'unconfirmed' });
    answers = [{ message_id: '1' }];
    expect(await send()).toMatchObject({ outcome: 'accepted' });
  });

  it('asks nobody when the conversation is known to be closed', async () => {
    claim = { ...claim, granted: false, reason: 'quota_used' };
    expect(await send()).toEqual({ outcome: 'deferred', reason: 'quota_used' });
    expect(await send({ client_id: 'old', mayHaveArrived: true })).toEqual({
      outcome: 'deferred',
      reason: 'quota_used',
      client_id: 'old',
    });
    expect(sent).toEqual([]);
  });

  it('is told by the server that the conversation is closed, and gives the count back', async () => {
    answers = [closed()];
    expect(await send()).toEqual({
      outcome: 'deferred',
      reason: 'window_over',
      error: expect.any(ILinkApiError),
    });
    expect(noted).toEqual(['claim', 'look', 'back, closed']);
    expect(sent).toHaveLength(1);
  });

  it.each([
    ['-13', new ILinkApiError('sendmessage', { ret: -13 }), 'unknown', undefined],
    ['HTTP 429', new ILinkHttpError('sendmessage', 429), 'unknown', undefined],
    ['-2 with a general text', closed(), 'open', 'look'],
    ['-2 without a text', new ILinkApiError('sendmessage', { ret: -2 }), 'unknown', 'look'],
  ] as const)(
    'takes %s for a throttle while the window is open by all that is known',
    async (_what, error, found, looked) => {
      probed = { found };
      answers = [error];
      expect(await send()).toEqual({ outcome: 'deferred', reason: 'throttled', error });
      expect(noted).toEqual(['claim', ...(looked ? [looked] : []), 'back, not for 15000 ms']);
      claim = { ...claim, throttles: 3 };
      answers = [error];
      await send();
      expect(noted.at(-1)).toBe('back, not for 120000 ms');
    },
  );

  it('waits as long as the server asks after a throttle', async () => {
    answers = [new ILinkHttpError('sendmessage', 429, '', 90_000)];
    expect(await send()).toMatchObject({ outcome: 'deferred', reason: 'throttled' });
    expect(noted.at(-1)).toBe('back, not for 90000 ms');
  });

  it('asks nobody whether a window is closed that is closed by all that is known', async () => {
    claim = { ...claim, sentSince: 10 };
    answers = [closed()];
    expect(await sender.send(message, undefined)).toMatchObject({
      outcome: 'deferred',
      reason: 'quota_used',
    });
    expect(noted).toEqual(['claim in any case', 'back, closed']);
  });

  it('says that the token is refused when the look finds that', async () => {
    const error = new ILinkApiError('getconfig', { ret: -14 });
    probed = { found: 'refused', error };
    answers = [closed()];
    expect(await send()).toEqual({ outcome: 'refused', error, client_id: 'c1' });
  });

  describe('a context token that is refused', () => {
    const refused = (): ILinkError =>
      new ILinkApiError('sendmessage', { ret: -2, errmsg: 'invalid context_token' }, []);

    it.each([
      ['the newest that is known', 5, 'newest', 'window_over'],
      ['that of the item, of somebody who never wrote here', 0, '', 'first_message'],
    ] as const)(
      'makes the message wait for the next message of the user, who brings a new one: %s',
      async (_which, ago, contextToken, reason) => {
        claim = { ...claim, lastInboundAt: ago && clock.now() - ago, contextToken };
        answers = [refused()];
        const error = expect.any(ILinkApiError);
        expect(await send({ contextToken: { fallback: 'item' } })).toEqual({
          outcome: 'deferred',
          reason,
          error,
        });
        expect(noted).toEqual(['claim', 'back, closed']);
      },
    );

    it('fails the message when it was asked for by name', async () => {
      answers = [refused()];
      expect(await send({ contextToken: { wanted: 'wanted' } })).toMatchObject({
        outcome: 'refused',
        error: { kind: 'context_token_refused' },
      });
      expect(noted).toEqual(['claim', 'back']);
    });

    it.each([
      ['context_token required', -2],
      ['invalid arguments', -3],
    ])('may also be a missing one, of somebody who has written: %s', async (errmsg, ret) => {
      claim = { ...claim, contextToken: '' };
      answers = [new ILinkApiError('sendmessage', { ret, errmsg }, [])];
      expect(await send()).toMatchObject({ outcome: 'deferred', reason: 'window_over' });
    });
  });

  it('waits for its slot', async () => {
    claim = { ...claim, slotAt: clock.now() + 400 };
    answers = [{ message_id: '1' }];
    const result = send();
    await clock.advance(399);
    expect(sent).toEqual([]);
    await clock.advance(1);
    expect(await result).toMatchObject({ outcome: 'accepted' });
  });

  it('learns that a conversation is open after all when the server takes a message', async () => {
    claim = { ...claim, closedByServer: true };
    answers = [{ message_id: '1' }];
    await sender.send(message, undefined);
    expect(noted).toEqual(['claim in any case', 'gives ids', 'reopened']);
  });

  it('repeats under the same client id when the answer got lost', async () => {
    answers = [lost(), { message_id: '1' }];
    const result = send();
    await clock.advance(500);
    expect(await result).toMatchObject({ message_id: '1', client_id: 'c1' });
    expect(sent.map(({ client_id }) => client_id)).toEqual(['c1', 'c1']);
    expect(noted).toEqual(['claim', 'gives ids']);
  });

  it('keeps the id of a message that may have arrived when the conversation turns out to be closed', async () => {
    answers = [lost(), closed()];
    const result = send();
    await clock.advance(500);
    expect(await result).toMatchObject({ outcome: 'deferred', client_id: 'c1' });
  });

  it.each([
    ['a server error', new ILinkHttpError('sendmessage', 503), true],
    ['half of an answer', new ILinkReplyError('sendmessage', { code: 'no_object' }), true],
    ['a timeout', new ILinkNetworkError('sendmessage', 'timed_out', 'limit', true), true],
    ['-1', new ILinkApiError('sendmessage', { ret: -1 }, []), false],
    [
      'a connection that was refused',
      new ILinkNetworkError('sendmessage', 'unreachable', 'ECONNREFUSED', false),
      false,
    ],
  ])(
    'gives up after three tries with %s, and knows whether it may have arrived',
    async (_what, error, arrived) => {
      answers = [error, error, error];
      const result = send();
      await clock.advance(10_000);
      expect(await result).toEqual({ outcome: arrived ? 'in_doubt' : 'refused', error, client_id: 'c1' });
      expect(sent).toHaveLength(3);
      // What may have arrived may have been counted by the server.
      expect(noted).toEqual(arrived ? ['claim'] : ['claim', 'back']);
    },
  );

  it.each([
    ['a wrong recipient', new ILinkApiError('sendmessage', { ret: -3 }, [])],
    ['a bad parameter', new ILinkApiError('sendmessage', { ret: -2, errmsg: 'text too long' }, [])],
    ['a stale token', new ILinkApiError('sendmessage', { ret: -14 }, [])],
    ['an unknown code', new ILinkApiError('sendmessage', { ret: -99 }, [])],
    ['a denial', new ILinkHttpError('sendmessage', 403)],
  ])('never repeats after %s, and gives the count back', async (_what, error) => {
    answers = [error];
    expect(await send()).toEqual({ outcome: 'refused', error, client_id: 'c1' });
    expect(sent).toHaveLength(1);
    expect(noted).toEqual(['claim', 'back']);
  });

  it('stops repeating when the execution is cancelled', async () => {
    const abort = new AbortController();
    answers = [new ILinkHttpError('sendmessage', 503)];
    const result = send({}, abort.signal);
    await clock.advance(1);
    abort.abort();
    expect(await result).toMatchObject({
      outcome: 'in_doubt',
      error: { name: 'AbortError' },
    });
    expect(sent).toHaveLength(1);
  });

  it.each<[string, Partial<Claim>, Partial<OutgoingMessage>, boolean]>([
    ['nothing stood in its way', { isPlain: true }, { unlessQueued: true }, true],
    ['there was a distance to keep', {}, { unlessQueued: true }, false],
    ['nobody has looked what waits', { isPlain: true }, {}, false],
  ])(
    'says where the conversation stands after a message when %s: %p %p',
    async (_when, facts, more, isKnown) => {
      Object.assign(claim, facts, { sentSince: 3 });
      const known: unknown[] = [];
      await sender.send({ ...message, ...more, onKnown: (after) => known.push(after) }, DEFAULT_LIMITS);
      const { lastInboundAt } = claim;
      expect(known).toEqual(
        isKnown
          ? [expect.objectContaining({ lastInboundAt, sentSince: 4, queued: 0, userId: message.to })]
          : [],
      );
    },
  );
});
