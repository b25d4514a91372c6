import { join } from 'node:path';
import fc from 'fast-check';

import { Conversations } from '../../../bot/send/conversations';
import { KeyedQueue } from '../../../bot/keyed-queue';
import type { SendIdentity, SendRequest, SendResult } from '../../../bot/send/message';
import { RequestSender } from '../../../bot/send/request-sender';
import { MessageSender } from '../../../bot/send/message-sender';
import { SendCheckpoints } from '../../../bot/send/checkpoints';
import { DEFAULT_LIMITS } from '../../../bot/send/window';
import { ILinkApiError, ILinkHttpError, ILinkNetworkError } from '../../../ilink/errors';
import type { OutboundMessage } from '../../../ilink/wire';
import { SqliteStore } from '../../../store/sqlite/sqlite-store';
import { FakeClock } from '../../support/fake-clock';
import { finish } from '../../support/finish';
import { removeTempFolders, tempFolder } from '../../support/temp-folder';

const USER = 'u@im.wechat';
const DIED = new Error('The process died');

/** What becomes of one request. */
type Outcome =
  'refused' | 'notReached' | 'lost' | 'serverError' | 'noId' | 'diesBefore' | 'diesAfter' | 'cancelled';
const OUTCOMES: Outcome[] = [
  'refused',
  'notReached',
  'lost',
  'serverError',
  'noId',
  'diesBefore',
  'diesAfter',
  'cancelled',
];
type Retry = 'node' | 'execution' | 'executionThatKnowsNothing';

/** A server that drops what comes under an id that it has taken, as WeChat does. */
class Phone {
  readonly shown: OutboundMessage[] = [];
  private readonly taken = new Map<string, string>();
  next: Outcome | undefined;
  /** A process that died writes nothing more. */
  isDead = false;
  cancel: () => void = () => undefined;

  async sendMessage(message: OutboundMessage): Promise<{ message_id?: string }> {
    const outcome = this.next;
    // A connection that breaks breaks for the three tries of one attempt.
    if (outcome !== 'lost' && outcome !== 'notReached' && outcome !== 'serverError') this.next = undefined;
    if (outcome === 'refused') throw new ILinkApiError('sendmessage', { ret: -99 });
    if (outcome === 'notReached')
      throw new ILinkNetworkError('sendmessage', 'unreachable', 'ECONNREFUSED', false);
    if (outcome === 'diesBefore') this.die();
    // Accepted without an id is often never shown; here it is not.
    if (outcome === 'noId') return {};
    const known = this.taken.get(message.client_id);
    const message_id = known ?? String(1_000 + this.taken.size);
    if (known === undefined) this.shown.push(message);
    this.taken.set(message.client_id, message_id);
    if (outcome === 'lost') throw new ILinkNetworkError('sendmessage', 'unreachable', 'ECONNRESET', true);
    if (outcome === 'serverError') throw new ILinkHttpError('sendmessage', 502);
    if (outcome === 'diesAfter') this.die();
    if (outcome === 'cancelled') this.cancel();
    return { message_id };
  }

  private die(): never {
    this.isDead = true;
    throw DIED;
  }

  get texts(): Array<string | undefined> {
    return this.shown.map(({ item }) => item.text_item?.text);
  }
}

describe('A retry, however and wherever the send before it broke off', () => {
  afterAll(removeTempFolders);

  const run = async (parts: string[], failAt: number, outcome: Outcome, retries: Retry[]): Promise<void> => {
    const clock = new FakeClock();
    const store = SqliteStore.open(join(tempFolder(), 'wechat.sqlite'), clock.now(), () => undefined);
    const phone = new Phone();
    let ids = 0;
    const process = (): RequestSender => {
      const shared = {
        store: async () => {
          if (phone.isDead) throw new Error('The process has died');
          return store;
        },
        bot: 'bot',
        clock,
        byUser: new KeyedQueue(),
        report: () => undefined,
      };
      const newClientId = (): string => `c${ids++}`;
      const conversations = new Conversations({ ...shared, login: 'bot' });
      const idGiver = { known: async () => true, learn: async () => undefined };
      const probe = async () => ({ found: 'unknown' }) as const;
      const client = {
        sendMessage: async (message: OutboundMessage) => {
          if (phone.shown.length === failAt && failAt >= 0) phone.next = broken ? undefined : outcome;
          return phone.sendMessage(message);
        },
      };
      const sender = new MessageSender({
        ...shared,
        client,
        conversations,
        idGiver,
        newClientId,
        probe,
        random: () => 0.5,
      });
      return new RequestSender({
        ...shared,
        sender,
        conversations,
        probe,
        outbox: {
          add: () => Promise.reject(new Error('nothing is queued')),
          flush: async () => undefined,
          noteTrouble: () => undefined,
        },
        outcomes: { upToDate: async (_to, done) => done },
        checkpoints: new SendCheckpoints(shared),
        polling: { pollOnce: async () => undefined, pollWhileQueued: () => undefined },
        newSendId: () => 's',
        newClientId,
      });
    };
    let broken = false;
    const abort = new AbortController();
    phone.cancel = () => abort.abort();
    const identity = (execution: string, more: Partial<SendIdentity> = {}): SendIdentity => ({
      name: '["1","place"]',
      place: 'place',
      parts,
      execution,
      isRetry: false,
      knowsOrigin: false,
      ...more,
    });
    const send = (of: SendIdentity, signal?: AbortSignal): Promise<SendResult> => {
      const request: SendRequest = {
        to: USER,
        contextToken: { wanted: 't' },
        parts: parts.map((text) => ({ type: 'text', item: { type: 1, text_item: { text } } })),
        pauseMs: 0,
        whenClosed: 'error',
        limits: { ...DEFAULT_LIMITS, quota: 1_000 },
        queueMs: 1,
        ageNote: '',
        stopsAtUnconfirmed: true,
        identity: of,
      };
      return finish(clock, process().send(request, signal));
    };

    const first = await send(identity('1'), abort.signal);
    broken = true;
    phone.next = undefined;
    phone.isDead = false;
    expect(first.failure === undefined).toBe(outcome === 'cancelled' && failAt === parts.length - 1);
    const acceptedBefore = phone.texts.length;
    // The process that died could not say how it ended: what it noted before each part has to do.
    for (const [i, kind] of retries.entries()) {
      const of = {
        node: identity('1'),
        execution: identity(`${i + 2}`, { isRetry: true, knowsOrigin: true }),
        executionThatKnowsNothing: identity(`${i + 2}`, { name: `of ${i}`, isRetry: true }),
      }[kind];
      const sent = await send(of);
      expect(sent.failure).toBeUndefined();
      expect(sent.parts.map(({ outcome: became }) => became)).toEqual(parts.map(() => 'accepted'));
      // Everything arrived, in order, and nothing twice, however often it is retried.
      expect(phone.texts).toEqual(parts);
      expect(sent.resumed).toBeGreaterThanOrEqual(i === 0 ? Math.min(failAt, acceptedBefore) : 0);
    }
    await store.close();
  };

  it('repeats none of the parts that were accepted, and leaves none out', async () => {
    const cases = fc.integer({ min: 1, max: 5 }).chain((count) =>
      fc.record({
        parts: fc.array(fc.constantFrom('same', 'a', 'b'), { minLength: count, maxLength: count }),
        failAt: fc.integer({ min: 0, max: count - 1 }),
        outcome: fc.constantFrom(...OUTCOMES),
        retry: fc.constantFrom<Retry>('node', 'execution', 'executionThatKnowsNothing'),
      }),
    );
    await fc.assert(
      fc.asyncProperty(cases, async ({ parts, failAt, outcome, retry }) => {
        // What the execution itself has finished is not retried: there n8n calls the node no second time.
        const isDone = outcome === 'cancelled' && failAt === parts.length - 1;
        if (isDone) return;
        await run(parts, failAt, outcome, [retry]);
      }),
      { numRuns: 80, seed: 20261126 },
    );
  }, 120_000);

  it.each(OUTCOMES.filter((outcome) => outcome !== 'cancelled'))(
    'after a retry that succeeded sends nothing more: %s',
    async (outcome) => {
      await run(['a', 'b', 'c'], 1, outcome, ['execution', 'execution', 'execution']);
    },
  );
});
