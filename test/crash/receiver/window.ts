import { fork } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import { startEmulator } from '../../../emulator';
import type { Timing } from './aim';
import { bundleChild, taskIn } from './bundle';
import { Patience } from './patience';

/** Messages that are written at once: each alone, and as after an outage (the first one goes alone, the rest as one reply). */
const BURSTS = [1, 101];

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
  const patience = new Patience(child, 'the process does not poll', Infinity);
  const untilPolling = async (): Promise<void> => {
    while (emulator.polls(bot.ilink_bot_id) === 0) {
      patience.check();
      await wait(1);
    }
    patience.progressed();
  };
  try {
    for (const burst of BURSTS) {
      for (let reply = 0; reply < replies; reply++) {
        await untilPolling();
        const who = { bot_id: bot.ilink_bot_id, user_id: bot.ilink_user_id };
        for (let i = 0; i < burst; i++) void emulator.write({ ...who, text: `${burst}.${reply}.${i}` });
      }
    }
    await untilPolling();
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
