import type { BotReport } from '../../../../bot/report';
import { newClientId } from '../../../../bot/client-id';
import { BotInbox, type OpenStore } from '../../../../bot/receive/inbox';
import { readMessage } from '../../../../ilink/incoming';
import type { Proof, ReceivedBatch, Store } from '../../../../store/store';
import { FakeClock } from '../../../support/fake-clock';

const MINUTE_MS = 60_000;
const DAY_MS = 1_440 * MINUTE_MS;

/** A store that only writes down what is asked of it. */
class NotedStore {
  readonly batches: ReceivedBatch[] = [];
  readonly proofs: Proof[] = [];
  readonly cursors: Record<string, string> = {};
  /** Whether a proof opens something. */
  opens = false;
  full = false;

  readonly pieces: { digest: string; reason: string }[] = [];
  /** In which order things were asked. */
  readonly asked: string[] = [];

  readonly inbox = {
    receive: async (batch: ReceivedBatch) => {
      this.batches.push(batch);
      this.asked.push(`receive ${batch.messages.length}${batch.cursor === undefined ? '' : ' and cursor'}`);
      return batch.messages.slice(1).map(({ body, userId, isEcho }, seq) => {
        return { seq, userId, receivedAt: 0, body, kind: isEcho ? ('echo' as const) : ('message' as const) };
      });
    },
    cursor: async (connection: string) => this.cursors[connection] ?? '',
  };

  readonly logins = {
    prove: async (proof: Proof) => {
      this.proofs.push(proof);
      return this.opens;
    },
  };

  readonly notices: string[] = [];
  readonly unreadable = {
    keep: async (_bot: string, pieces: { digest: string; reason: string }[], notice: { body: string }) => {
      this.pieces.push(...pieces);
      this.asked.push(`unreadable ${pieces.length}`);
      this.notices.push(notice.body);
      return pieces.length;
    },
  };

  async checkWritable(): Promise<void> {
    if (this.full) throw new Error('full');
  }
}

describe('BotInbox', () => {
  let clock: FakeClock;
  let store: NotedStore;
  let reports: BotReport[];
  let start: number;

  const inbox = (more: Partial<OpenStore> = {}): BotInbox =>
    new BotInbox({
      bot: 'bot',
      earlierConnection: 'c',
      open: async () => ({
        store: store as unknown as Store,
        startedAt: start,
        previousEnd: 0,
        lookFromStart: () => undefined,
        ...more,
      }),
      clock,
      report: (event) => reports.push(event),
    });
  /** Since when a subscriber may sleep and still be counted, in minutes before now. */
  const sleepersMinutes = async (of: BotInbox): Promise<number> => {
    await of.keep({ messages: [] });
    return (clock.now() - store.batches.at(-1)!.sleepersSince) / MINUTE_MS;
  };

  beforeEach(() => {
    clock = new FakeClock();
    store = new NotedStore();
    reports = [];
    start = clock.now();
  });

  it('keeps messages with their sender, their token and what they are known by', async () => {
    const message = { message_id: '1', from_user_id: 'u@im.wechat', context_token: 't' };
    await inbox().keep({ messages: [readMessage(message)], cursor: 'next' });
    expect(store.batches[0]).toMatchObject({
      bot: 'bot',
      connection: 'bot',
      login: 'bot',
      receivedAt: start,
      cursor: 'next',
    });
    expect(store.batches[0]!.messages).toEqual([
      {
        body: JSON.stringify(message),
        userId: 'u@im.wechat',
        contextToken: 't',
        ids: ['1'],
        keys: [{ key: 'm:1', windowMs: expect.any(Number) }],
      },
    ]);
  });

  it('says under which lease it was polled, so that one that has ended moves no cursor', async () => {
    const of = inbox({ leaseHolder: { numberOf: (bot) => (bot === 'bot' ? 7 : undefined) } });
    await of.keep({ messages: [], cursor: 'next' });
    await inbox({ leaseHolder: { numberOf: () => undefined } }).keep({ messages: [], cursor: 'next' });
    expect(store.batches[0]).toMatchObject({ connection: 'bot', lease: 7 });
    expect(store.batches[1]).not.toHaveProperty('lease');
  });

  it.each([null, 7, 'text', [], {}, { from_user_id: 5, context_token: {} }, undefined])(
    'keeps %j, too, without a sender',
    async (garbage) => {
      await inbox().keep({ messages: [readMessage(garbage)] });
      const [{ body, userId, ...rest }] = store.batches[0]!.messages as [ReceivedBatch['messages'][0]];
      expect([body, userId]).toEqual([JSON.stringify(garbage) ?? 'null', '']);
      expect(rest).not.toHaveProperty('contextToken');
    },
  );

  it('goes on where version 0.1 was, until it has a cursor of its own', async () => {
    store.cursors.c = 'of before';
    expect(await inbox().cursor()).toBe('of before');
    store.cursors.bot = 'newer';
    expect(await inbox().cursor()).toBe('newer');
  });

  it('takes a message of a person for the proof whose bot it is, before the message is kept', async () => {
    const opened: number[] = [];
    store.opens = true;
    const message = { message_type: 1, from_user_id: 'u@im.wechat' };
    await inbox({ lookFromStart: () => opened.push(store.batches.length) }).keep({
      messages: [readMessage(message)],
      answeredBy: 'https://ilinkai.weixin.qq.com',
    });
    expect(store.proofs).toMatchObject([{ bot: 'bot', realm: 'tencent', userId: 'u@im.wechat' }]);
    expect(opened).toEqual([0]);
    expect(store.batches).toHaveLength(1);
  });

  it('leaves the cursor as it is when there is no new one', async () => {
    await inbox().keep({ messages: [] });
    expect(store.batches[0]).not.toHaveProperty('cursor');
  });

  it('says how much of what came is new: messages, own ones that came back, and what has no identity', async () => {
    const message = { message_id: '1', from_user_id: 'u@im.wechat' };
    const echo = { message_id: '2', message_type: 2 };
    const own = { message_id: '3', message_type: 1, client_id: newClientId() };
    const messages = ['the first is known', message, echo, own, null];
    expect(await inbox().keep({ messages: messages.map(readMessage) })).toEqual({
      messages: 1,
      echoes: 2,
      strays: 1,
    });
    expect(store.batches[0]!.messages.map(({ isEcho = false }) => isEcho)).toEqual([
      false,
      false,
      true,
      true,
      false,
    ]);
  });

  it('keeps many in steps, and the cursor not before the last of them', async () => {
    const messages = Array.from({ length: 250 }, (_, n) => readMessage({ message_id: `${n + 1}` }));
    const kept = await inbox().keep({ messages, cursor: 'next' });
    expect(store.asked).toEqual(['receive 100', 'receive 100', 'receive 50 and cursor']);
    expect(kept.messages).toBe(247);
  });

  it('keeps what could not be read before the cursor, and says nothing of what it says', async () => {
    const unreadable = [{ reason: 'not_json' as const, bytes: Buffer.from('a secret word'), size: 13 }];
    await inbox().keep({ messages: [], cursor: 'next', unreadable });
    expect(store.asked).toEqual(['unreadable 1', 'receive 0 and cursor']);
    expect(JSON.parse(store.notices[0]!)).toMatchObject({
      type: 'status',
      state: 'unreadable',
      pieces: 1,
      bytes: 13,
    });
    expect(store.notices[0]).not.toContain('secret');
    expect(reports).toEqual([{ code: 'unreadable_kept', facts: { pieces: 1 } }]);
  });

  describe('keeps messages for those who sleep', () => {
    it('since some minutes only', async () => {
      const minutes = await sleepersMinutes(inbox());
      expect(minutes).toBeGreaterThanOrEqual(2);
      expect(minutes).toBeLessThan(10);
    });

    it('since the end of the process before, while this one starts, and a little longer for its shutdown', async () => {
      const hours = 600;
      const minutes = await sleepersMinutes(inbox({ previousEnd: start - hours * MINUTE_MS }));
      expect(minutes).toBeGreaterThanOrEqual(hours + 0.5);
      expect(minutes).toBeLessThan(hours + 2);
    });

    it('no longer than usual once it has started, also for a bot that came late', async () => {
      await clock.advance(10 * MINUTE_MS);
      expect(await sleepersMinutes(inbox({ previousEnd: start - DAY_MS }))).toBeLessThan(10);
    });

    it('no shorter when the process before ended in what is the future now, because the clock was put back', async () => {
      const usual = await sleepersMinutes(inbox());
      expect(await sleepersMinutes(inbox({ previousEnd: start + DAY_MS }))).toBe(usual);
    });
  });

  describe('before each poll', () => {
    it('fails when nothing can be written', async () => {
      store.full = true;
      await expect(inbox().check()).rejects.toThrow('full');
    });
  });
});
