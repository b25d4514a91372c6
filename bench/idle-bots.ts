import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

import { startEmulator, type BotLogin, type Emulator } from '../emulator';
import { TencentClient } from '../test/conformance/tencent/client';
import { ask, startBuiltChild } from './child';
import { withFolder } from './folder';
import type { Row } from './table';

const BOTS = 200;
const FEW = 20;
const HEAP_LIMIT_KB = 30;
const SETTLE_MS = 3_000;

interface Answer {
  bots: number;
  residentBytes: number;
  heapBytes: number;
  externalBytes: number;
}

/**
 * Memory per idle bot with everything that belongs to it: client, connections, receiver, lease, subscription. Beside Tencent's client
 * with as many accounts, which it polls in one process, too.
 */
export async function idleBots(): Promise<Row[]> {
  const emulator = await startEmulator();
  try {
    const ours = await withFolder((folder) => measureOurs(emulator, folder));
    const theirs = await measureTencent(emulator);
    const [kb, theirKb] = [ours.residentBytes / ours.bots / 1024, theirs / 1024];
    const heapKb = ours.heapBytes / ours.bots / 1024;
    return [
      {
        what: `memory per idle bot, over ${BOTS}`,
        value: kb,
        unit: 'kB',
        // Where the system does not tell what another process takes, there is nothing to compare with.
        ...(theirs > 0 && { limit: `at most that of Tencent's client`, ok: kb <= theirKb }),
      },
      { what: `memory per idle account of Tencent's client, over ${BOTS}`, value: theirKb, unit: 'kB' },
      {
        what: 'of ours on the JavaScript heap',
        value: heapKb,
        unit: 'kB',
        limit: `at most ${HEAP_LIMIT_KB} kB`,
        ok: heapKb <= HEAP_LIMIT_KB,
      },
      { what: 'of ours in buffers outside of it', value: ours.externalBytes / ours.bots / 1024, unit: 'kB' },
    ];
  } finally {
    await emulator.stop();
  }
}

async function measureOurs(emulator: Emulator, folder: string): Promise<Answer> {
  const child = await startBuiltChild('idle-bots', folder, { execArgv: ['--expose-gc'] });
  try {
    const credentials = Array.from({ length: BOTS + FEW }, () => {
      const login = emulator.bind();
      return { botToken: login.bot_token, apiBaseUrl: login.baseurl, ownerUserId: login.ilink_user_id };
    });
    return await ask<Answer>(child, { folder, credentials });
  } finally {
    child.kill();
  }
}

/** @returns bytes per account in the memory of the machine; 0 where the system does not tell */
async function measureTencent(emulator: Emulator): Promise<number> {
  const client = await TencentClient.start(emulator);
  try {
    const poll = async (count: number): Promise<number> => {
      for (let i = 0; i < count; i++) {
        const { accountId } = await client.call('adopt', emulator.bind() satisfies BotLogin);
        await client.call('startMonitor', { accountId });
      }
      await wait(SETTLE_MS);
      return residentBytesOf(client.pid);
    };
    const before = await poll(FEW);
    const after = await poll(BOTS);
    return Math.max(0, after - before) / BOTS;
  } finally {
    await client.stop().catch(() => undefined);
  }
}

function residentBytesOf(pid: number): number {
  try {
    const [, kb] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kb) * 1024;
  } catch {
    return 0;
  }
}
