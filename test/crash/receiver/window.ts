import { fork } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import { startEmulator, type Emulator } from '../../../emulator';
import type { Timing } from './aim';
import { bundleChild, taskIn } from './bundle';

/** Messages that are written at once: each alone, and as after an outage (the first one goes alone, the rest as one reply). */
const BURSTS = [1, 101];
const LIMIT_MS = 10_000;

/**
 * Measures how long replies are at risk: from their first byte until their messages are on the disk. A kill in this time
 * loses them.
 *
 * @param replies how many of each size
 */
export async function measureWindow(replies: number): Promise<Timing[]> {
  const folder = mkdtempSync(join(tmpdir(), 'wechat-ilink-window-'));
  const emulator = await startEmulator();
  const bot = emulator.bind();
  const timings = join(folder, 'timings');
  const task = { ...taskIn(folder, emulator, bot, 'taken'), timings };
  const child = fork(await bundleChild(folder), [JSON.stringify(task)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  try {
    for (const burst of BURSTS) {
      for (let reply = 0; reply < replies; reply++) {
        await untilPolling(emulator, bot.ilink_bot_id);
        const who = { bot_id: bot.ilink_bot_id, user_id: bot.ilink_user_id };
        for (let i = 0; i < burst; i++) void emulator.write({ ...who, text: `${burst}.${reply}.${i}` });
      }
    }
    await untilPolling(emulator, bot.ilink_bot_id);
    return readTimings(timings);
  } finally {
    child.kill('SIGKILL');
    await emulator.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function readTimings(path: string): Timing[] {
  const lines = existsSync(path) ? readFileSync(path, 'utf8').trimEnd().split('\n') : [];
  return lines.map((line) => JSON.parse(line) as Timing);
}

async function untilPolling(emulator: Emulator, botId: string): Promise<void> {
  const deadline = Date.now() + LIMIT_MS;
  while (emulator.polls(botId) === 0) {
    if (Date.now() > deadline) throw new Error('the process does not poll');
    await wait(1);
  }
}
