import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import { startEmulator, type BotLogin, type Emulator } from '../emulator';
import type { CdnMedia } from '../ilink/wire';
import { TencentClient } from '../test/conformance/tencent/client';
import { ask, startChild } from './child';
import type { DownloadTask } from './children/download';
import { withFolder } from './folder';
import { forgetPeak, memoryOf } from './peak-memory';
import { percentile, type Row } from './table';

const BYTES = 100 * 2 ** 20;
const ROUNDS = 5;
const FACTOR = 1.2;

interface Measured {
  seconds: number;
  /** MB of the process above what it had before, with its code loaded and a small file fetched. */
  above: number;
}

interface Client {
  pid: number;
  /** Fetches the video of a message into a file. */
  fetch(write: () => Promise<CdnMedia>): Promise<{ seconds: number; path: string }>;
  stop(): Promise<void>;
}
type Start = (emulator: Emulator, login: BotLogin, folder: string) => Promise<Client>;

/** Seconds and memory of getting a video of 100 MB: ours, Tencent's client, and the bare primitives as the limit. */
export function download(): Promise<Row[]> {
  return withFolder(async (folder) => {
    const video = randomBytes(BYTES);
    const clients: Record<string, Start> = { ours: child('ours'), bare: child('bare'), tencent };
    const rounds: Record<string, Measured[]> = { ours: [], bare: [], tencent: [] };
    // In turns, so that a busy moment of the machine does not hit one of them only.
    for (let round = 0; round < ROUNDS; round++) {
      for (const [name, start] of Object.entries(clients)) {
        rounds[name]!.push(await measure(start, video, folder));
        for (const file of readdirSync(folder)) rmSync(join(folder, file));
      }
    }
    return rowsOf(median(rounds.ours!), median(rounds.bare!), median(rounds.tencent!));
  });
}

function rowsOf(ours: Measured, bare: Measured, theirs: Measured): Row[] {
  const file = 'a video of 100 MB down';
  const limit = `within ${FACTOR} of the bare primitives`;
  return [
    {
      what: `${file}, Media → Download`,
      value: ours.seconds,
      unit: 's',
      limit,
      ok: ours.seconds <= bare.seconds * FACTOR,
    },
    { what: `${file}, bare primitives`, value: bare.seconds, unit: 's' },
    { what: `${file}, Tencent's client`, value: theirs.seconds, unit: 's' },
    {
      what: `${file}, Media → Download, memory above baseline`,
      value: ours.above,
      unit: 'MB',
      limit,
      ok: ours.above <= bare.above * FACTOR,
    },
    { what: `${file}, bare primitives, memory above baseline`, value: bare.above, unit: 'MB' },
    { what: `${file}, Tencent's client, memory above baseline`, value: theirs.above, unit: 'MB' },
  ];
}

/** In a process of its own, which has fetched a small file before. */
async function measure(start: Start, video: Buffer, folder: string): Promise<Measured> {
  const emulator = await startEmulator();
  try {
    const login = emulator.bind();
    const client = await start(emulator, login, folder);
    const written = (bytes: Buffer) => async (): Promise<CdnMedia> => {
      const chat = { bot_id: login.ilink_bot_id, user_id: login.ilink_user_id };
      const { item_list } = await emulator.write({ ...chat, media: { kind: 'video', bytes } });
      return item_list[0]!.video_item!.media;
    };
    try {
      await client.fetch(written(Buffer.from('a small video')));
      await wait(500);
      const before = memoryOf(client.pid).resident;
      forgetPeak(client.pid);
      const { seconds, path } = await client.fetch(written(video));
      const { peak } = memoryOf(client.pid);
      if (md5(readFileSync(path)) !== md5(video)) throw new Error('the video did not arrive as it was sent');
      return { seconds, above: peak - before };
    } finally {
      await client.stop();
    }
  } finally {
    await emulator.stop();
  }
}

/** Ours, or the bare primitives. */
function child(mode: DownloadTask['mode']): Start {
  return async (emulator, _login, folder) => {
    const started = startChild('download');
    return {
      pid: started.pid!,
      async fetch(write) {
        const reference = { kind: 'video', media: await write() } as const;
        const startedAt = performance.now();
        await ask(started, { mode, cdnBaseUrl: emulator.cdnUrl, reference, folder } satisfies DownloadTask);
        return { seconds: (performance.now() - startedAt) / 1_000, path: newestIn(folder) };
      },
      stop: async () => {
        started.kill();
        await once(started, 'exit');
      },
    };
  };
}

/** It fetches a file as soon as it gets the message, so the poll that brings it is counted with it: a few milliseconds. */
const tencent: Start = async (emulator, login) => {
  const client = await TencentClient.start(emulator, { shortPauses: false });
  const { accountId } = await client.call('adopt', login);
  await client.call('startMonitor', { accountId });
  let received = 0;
  return {
    pid: client.pid,
    async fetch(write) {
      await write();
      const startedAt = performance.now();
      const [message] = await client.call('receiveCount', { accountId, count: 1, skip: received++ });
      return { seconds: (performance.now() - startedAt) / 1_000, path: message!.ctx.MediaPath! };
    },
    stop: () => client.stop(),
  };
};

function newestIn(folder: string): string {
  const paths = readdirSync(folder).map((name) => join(folder, name));
  return paths.reduce((newest, path) => (statSync(path).mtimeMs >= statSync(newest).mtimeMs ? path : newest));
}

function md5(bytes: Buffer): string {
  return createHash('md5').update(bytes).digest('hex');
}

function median(all: Measured[]): Measured {
  const of = (field: keyof Measured): number =>
    percentile(
      all.map((one) => one[field]),
      0.5,
    );
  return { seconds: of('seconds'), above: of('above') };
}
