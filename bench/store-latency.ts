import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import { BotInbox } from '../bot/receive/inbox';
import { systemClock } from '../ilink/clock';
import { readMessage } from '../ilink/incoming';
import { SqliteStore } from '../store/sqlite/sqlite-store';
import { withFolder } from './folder';
import { percentile, type Row } from './table';

const SAMPLES = 300;
const LIMIT_MS = 5;

/** What keeping a message adds to its way: one transaction that is on the disk before it returns. */
export function storeLatency(): Promise<Row[]> {
  return withFolder(async (folder) => {
    const store = SqliteStore.open(join(folder, 'wechat.sqlite'), Date.now(), () => undefined);
    const inbox = new BotInbox({
      bot: 'bot',
      earlierConnection: 'c',
      open: async () => ({ store, startedAt: 0, previousEnd: 0, lookFromStart: () => undefined }),
      clock: systemClock,
      report: () => undefined,
    });
    await store.inbox.subscribe('subscriber', 'bot');
    const samples: number[] = [];
    for (let i = 0; i < SAMPLES; i++) {
      await wait(5);
      const startedAt = performance.now();
      await inbox.check();
      await inbox.keep({ messages: [readMessage(messageOf(i))], cursor: `cursor ${i}` });
      samples.push(performance.now() - startedAt);
    }
    await store.close();
    const p99 = percentile(samples.slice(10), 0.99);
    return [
      { what: 'added by the store, p50', value: percentile(samples.slice(10), 0.5), unit: 'ms' },
      {
        what: 'added by the store, p99',
        value: p99,
        unit: 'ms',
        limit: `under ${LIMIT_MS} ms`,
        ok: p99 < LIMIT_MS,
      },
    ];
  });
}

function messageOf(i: number): object {
  return {
    message_id: String(7_479_387_652_367_000_000n + BigInt(i)),
    client_id: `phone-${i}`,
    from_user_id: 'user@im.wechat',
    context_token:
      'a context token of the usual length, which is about a hundred and twenty characters, give or take',
    item_list: [{ type: 1, text_item: { text: `message ${i}` } }],
  };
}
