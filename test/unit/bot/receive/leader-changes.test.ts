import { join } from 'node:path';

import { Memory } from '../../../../bot/memory';
import { BotInbox } from '../../../../bot/receive/inbox';
import { leaseOf } from '../../../../bot/receive/leadership';
import { Receiver } from '../../../../bot/receive/receiver';
import type { Updates } from '../../../../ilink/client';
import { readMessage } from '../../../../ilink/incoming';
import { SqliteStore } from '../../../../store/sqlite/sqlite-store';
import { FakeClock } from '../../../support/fake-clock';
import { removeTempFolders, tempFolder } from '../../../support/temp-folder';

/** A day has 1,440, which takes most of a minute. */
const MINUTES = Number(process.env.WECHAT_ILINK_TEST_MINUTES) || 60;
const WARM_UP_MINUTES = 10;
const BOT = 'bot';
const MINUTE_MS = 60_000;

/** A server that gives each message to whoever polls with a cursor before it. */
class Server {
  readonly messages: unknown[] = [];
  open = 0;
  mostOpen = 0;
  private readonly wake = new Set<() => void>();
  constructor(private readonly clock: FakeClock) {}

  write(): void {
    const id = this.messages.length + 1;
    const item_list = [{ type: 1, text_item: { text: String(id) } }];
    this.messages.push({ message_id: id, from_user_id: 'u@im.wechat', message_type: 1, item_list });
    for (const wake of this.wake) wake();
  }

  async getUpdates(cursor: string, holdMs: number, signal?: AbortSignal): Promise<Updates> {
    this.mostOpen = Math.max(this.mostOpen, ++this.open);
    try {
      if (Number(cursor) >= this.messages.length) await this.hold(holdMs, signal!);
      signal!.throwIfAborted();
      const fresh = this.messages.slice(Number(cursor)).map(readMessage);
      return { messages: fresh, cursor: String(this.messages.length), holdMs: 35_000 };
    } finally {
      this.open--;
    }
  }

  private hold(holdMs: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        this.wake.delete(end);
        cancel();
        resolve();
      };
      const cancel = this.clock.after(Math.min(holdMs, 35_000), end);
      this.wake.add(end);
      signal.addEventListener('abort', end, { once: true });
    });
  }
}

/** One process with a trigger of its own. */
async function startProcess(path: string, subscriber: string, server: Server, clock: FakeClock) {
  const store = SqliteStore.open(path, clock.now(), () => undefined);
  const report = (): void => undefined;
  const memory = await Memory.of(store, {
    clock,
    keep: { days: 7, messages: 1_000 },
    report,
    isDead: () => false,
  });
  await store.inbox.subscribe(subscriber, BOT);
  const texts: number[] = [];
  const deliveries = memory.deliveries(subscriber);
  deliveries.resume({
    order: 'oneAtATime',
    concurrency: 1,
    retryDelayMs: 100,
    countsStarts: true,
    handle: async ({ body }) => {
      texts.push((JSON.parse(body) as { message_id: number }).message_id);
      return 'done';
    },
  });
  const receiver = new Receiver({
    client: { getUpdates: server.getUpdates.bind(server), notify: async () => undefined },
    inbox: new BotInbox({ bot: BOT, earlierConnection: 'c', open: async () => memory, clock, report }),
    lease: leaseOf(async () => memory.leaseHolder, BOT, 'c'),
    clock,
    random: () => 0.5,
    report,
  });
  return { store, texts, receiver, listen: () => receiver.listen({ onArrival: () => deliveries.wake() }) };
}

describe('Leaders that change every minute', () => {
  afterAll(removeTempFolders);

  it('lose nothing, do nothing twice, and poll one at a time', async () => {
    const clock = new FakeClock();
    const server = new Server(clock);
    const path = join(tempFolder(), 'wechat.sqlite');
    const processes = [
      await startProcess(path, 'a', server, clock),
      await startProcess(path, 'b', server, clock),
    ];
    const ends = processes.map(({ listen }) => listen());
    let changes = 0;
    let leader: number | undefined;
    const timers: number[] = [];
    for (let minute = 0; minute < MINUTES; minute++) {
      server.write();
      await clock.advance(MINUTE_MS / 2);
      server.write();
      await clock.advance(MINUTE_MS / 2);
      expect(processes.filter(({ receiver }) => receiver.isLeader)).toHaveLength(1);
      const now = processes.findIndex(({ receiver }) => receiver.isLeader);
      if (now !== leader) changes++;
      timers.push(clock.pending);
      leader = now;
      server.write();
      await ends[now]!();
      await clock.advance(1_000);
      ends[now] = processes[now]!.listen();
    }
    await clock.advance(MINUTE_MS);
    for (const end of ends) await end();
    const all = server.messages.map((_, n) => n + 1);
    expect(processes.map(({ texts }) => texts)).toEqual([all, all]);
    expect(changes).toBe(MINUTES);
    expect(server.mostOpen).toBe(1);
    expect(Math.max(...timers.slice(WARM_UP_MINUTES))).toBeLessThanOrEqual(
      Math.max(...timers.slice(0, WARM_UP_MINUTES)),
    );
    for (const { store } of processes) await store.close();
  }, 600_000);
});
