import { once } from 'node:events';

import { startEmulator, type BotLogin, type Emulator } from '../emulator';
import { TencentClient } from '../test/conformance/tencent/client';
import { ask, startChild } from './child';
import { withFolder } from './folder';
import type { Row } from './table';

const MESSAGES = 100_000;
const FIRST = 20_000;
const SIDE_BY_SIDE = 5_000;
const MANY_USERS = Array.from({ length: 50 }, (_, i) => `user-${i}@im.wechat`);

interface Taken {
  at: number;
  taken: number;
  resident: number;
  heap: number;
  external: number;
}

/** Messages per second that are received, stored and handed over, beside Tencent's client; and memory over many of them. */
export async function inboxFlood(): Promise<Row[]> {
  const emulator = await startEmulator();
  try {
    const [ours, theirs] = [await flood(emulator), await tencent(emulator)];
    const growth = (ours.last.heap + ours.last.external) / (ours.first.heap + ours.first.external);
    return [
      {
        what: 'messages stored and handed over per second',
        value: ours.perSecond,
        unit: '/s',
        limit: '2,000 and more',
        ok: ours.perSecond >= 2_000,
      },
      { what: "Tencent's client receiving, without any store", value: theirs, unit: '/s' },
      { what: "ours to Tencent's", value: ours.perSecond / theirs, unit: 'times' },
      {
        what: `heap after ${MESSAGES} messages to that after ${FIRST}`,
        value: growth,
        unit: 'times',
        limit: 'flat (under 1.2)',
        ok: growth < 1.2,
      },
    ];
  } finally {
    await emulator.stop();
  }
}

async function flood(emulator: Emulator): Promise<{ perSecond: number; first: Taken; last: Taken }> {
  const login = emulator.bind();
  const child = startChild('flood');
  return withFolder(async (folder) => {
    try {
      const credential = {
        botToken: login.bot_token,
        apiBaseUrl: login.baseurl,
        ownerUserId: login.ilink_user_id,
      };
      await ask(child, { folder, credential });
      const startedAt = Date.now();
      await writeAll(emulator, login, FIRST);
      const first = await ask<Taken>(child, { until: FIRST });
      await writeAll(emulator, login, MESSAGES - FIRST);
      const last = await ask<Taken>(child, { until: MESSAGES });
      return { perSecond: FIRST / ((first.at - startedAt) / 1000), first, last };
    } finally {
      child.kill();
      await once(child, 'exit');
    }
  });
}

async function tencent(emulator: Emulator): Promise<number> {
  const login = emulator.bind();
  const client = await TencentClient.start(emulator, { shortPauses: false });
  try {
    const { accountId } = await client.call('adopt', login);
    await client.call('startMonitor', { accountId });
    const startedAt = Date.now();
    // From one user, which is the easier case: it asks the server for each new one.
    await writeAll(emulator, login, SIDE_BY_SIDE, [login.ilink_user_id]);
    const received = await client.call('receiveCount', { accountId, count: SIDE_BY_SIDE });
    return SIDE_BY_SIDE / ((received.at(-1)!.at - startedAt) / 1000);
  } finally {
    await client.stop();
  }
}

async function writeAll(
  emulator: Emulator,
  login: BotLogin,
  count: number,
  users = MANY_USERS,
): Promise<void> {
  for (let i = 0; i < count; i++) {
    const user_id = users[i % users.length]!;
    await emulator.write({ bot_id: login.ilink_bot_id, user_id, text: `message ${i}` });
    // Lets the server answer polls in between, as it would with real people.
    if (i % 200 === 199) await new Promise(setImmediate);
  }
}
