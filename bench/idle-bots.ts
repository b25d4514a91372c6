import { startEmulator } from '../emulator';
import { ask, startChild } from './child';
import { withFolder } from './folder';
import type { Row } from './table';

const BOTS = 200;
const LIMIT_KB = 100;

/** Memory per idle bot with everything that belongs to it: client, connections, receiver, lease, subscription. */
export async function idleBots(): Promise<Row[]> {
  const emulator = await startEmulator();
  const child = startChild('idle-bots');
  try {
    const credentials = Array.from({ length: BOTS + 20 }, () => {
      const login = emulator.bind();
      return { botToken: login.bot_token, apiBaseUrl: login.baseurl, ownerUserId: login.ilink_user_id };
    });
    const { bots, residentBytes, heapBytes } = await withFolder((folder) =>
      ask<{ bots: number; residentBytes: number; heapBytes: number }>(child, { folder, credentials }),
    );
    const kb = residentBytes / bots / 1024;
    return [
      {
        what: `memory per idle bot, over ${bots}`,
        value: kb,
        unit: 'kB',
        limit: `under ${LIMIT_KB} kB`,
        ok: kb < LIMIT_KB,
      },
      { what: 'of that on the JavaScript heap', value: heapBytes / bots / 1024, unit: 'kB' },
    ];
  } finally {
    child.kill();
    await emulator.stop();
  }
}
