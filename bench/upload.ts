import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as wait } from 'node:timers/promises';

import { startEmulator, type BotLogin, type Emulator } from '../emulator';
import { TencentClient } from '../test/conformance/tencent/client';
import { ask, startChild } from './child';
import type { UploadTask } from './children/upload';
import { withFolder } from './folder';
import { forgetPeak, memoryOf } from './peak-memory';
import { percentile, type Row } from './table';

const MEGABYTES = 100;
const ROUNDS = 5;
const AT_ONCE = 10;
const AT_ONCE_LIMIT_MB = 256;
const FACTOR = 1.2;

interface Measured {
  seconds: number;
  /** MB of the process above what it had before, with its code loaded and a small file sent. */
  above: number;
  /** MB of the whole process. */
  whole: number;
}

interface Client {
  pid: number;
  /** Sends a file so many times at once. */
  send(path: string, count: number): Promise<unknown>;
  stop(): Promise<void>;
}
type Start = (emulator: Emulator, login: BotLogin) => Promise<Client>;

/** Seconds and memory of sending a file of 100 MB: ours, Tencent's client, and the bare primitives as the limit. */
export function upload(): Promise<Row[]> {
  return withFolder(async (folder) => {
    const files = { small: join(folder, 'small.bin'), large: join(folder, 'large.bin') };
    writeFileSync(files.small, 'a small file');
    await pipeline(Readable.from(randomMegabytes(MEGABYTES)), createWriteStream(files.large));
    const clients: Record<string, Start> = { ours: child('ours'), bare: child('bare'), tencent };
    const rounds: Record<string, Measured[]> = { ours: [], bare: [], tencent: [] };
    // In turns, so that a busy moment of the machine does not hit one of them only.
    for (let round = 0; round < ROUNDS; round++) {
      for (const [name, start] of Object.entries(clients)) rounds[name]!.push(await measure(start, files, 1));
    }
    const together = await measure(clients.ours!, files, AT_ONCE);
    return rowsOf(median(rounds.ours!), median(rounds.bare!), median(rounds.tencent!), together);
  });
}

function rowsOf(ours: Measured, bare: Measured, theirs: Measured, together: Measured): Row[] {
  const file = `a file of ${MEGABYTES} MB up`;
  const limit = `within ${FACTOR} of the bare primitives`;
  return [
    {
      what: `${file}, Send Media`,
      value: ours.seconds,
      unit: 's',
      limit,
      ok: ours.seconds <= bare.seconds * FACTOR,
    },
    { what: `${file}, bare primitives`, value: bare.seconds, unit: 's' },
    { what: `${file}, Tencent's client`, value: theirs.seconds, unit: 's' },
    {
      what: `${file}, Send Media, memory above baseline`,
      value: ours.above,
      unit: 'MB',
      limit,
      ok: ours.above <= bare.above * FACTOR,
    },
    { what: `${file}, bare primitives, memory above baseline`, value: bare.above, unit: 'MB' },
    { what: `${file}, Tencent's client, memory above baseline`, value: theirs.above, unit: 'MB' },
    { what: `${AT_ONCE} files of ${MEGABYTES} MB up at once`, value: together.seconds, unit: 's' },
    {
      what: `${AT_ONCE} files of ${MEGABYTES} MB up at once, memory above baseline`,
      value: together.above,
      unit: 'MB',
      limit: `under ${AT_ONCE_LIMIT_MB} MB`,
      ok: together.above < AT_ONCE_LIMIT_MB,
    },
    {
      what: `${AT_ONCE} files of ${MEGABYTES} MB up at once, whole process`,
      value: together.whole,
      unit: 'MB',
    },
  ];
}

/** In a process of its own, which has sent a small file before. */
async function measure(
  start: Start,
  { small, large }: Record<'small' | 'large', string>,
  count: number,
): Promise<Measured> {
  const emulator = await startEmulator({
    settings: { quota: 1_000, cdnLimitBytes: (count + 1) * MEGABYTES * 2 ** 20 },
  });
  try {
    const login = emulator.bind();
    await emulator.write({ bot_id: login.ilink_bot_id, user_id: login.ilink_user_id, text: 'hello' });
    const client = await start(emulator, login);
    try {
      await client.send(small, 1);
      await wait(500);
      const before = memoryOf(client.pid).resident;
      forgetPeak(client.pid);
      const startedAt = performance.now();
      await client.send(large, count);
      const seconds = (performance.now() - startedAt) / 1_000;
      const { peak } = memoryOf(client.pid);
      checkArrival(emulator, login, count);
      return { seconds, above: peak - before, whole: peak };
    } finally {
      await client.stop();
    }
  } finally {
    await emulator.stop();
  }
}

function checkArrival(emulator: Emulator, login: BotLogin, count: number): void {
  const seen = emulator.sees(login.ilink_bot_id, login.ilink_user_id).filter(({ media }) => media);
  const large = seen.filter(({ media }) => media!.size === MEGABYTES * 2 ** 20 && !media!.broken);
  if (large.length !== count) throw new Error(`${large.length} of ${count} files arrived`);
}

/** Ours, or the bare primitives. */
function child(mode: UploadTask['mode']): Start {
  return async (emulator, login) => {
    const started = startChild('upload');
    const credential = { ...login, cdnBaseUrl: emulator.cdnUrl };
    return {
      pid: started.pid!,
      send: (path, count) => ask(started, { mode, credential, path, count } satisfies UploadTask),
      stop: async () => {
        started.kill();
        await once(started, 'exit');
      },
    };
  };
}

const tencent: Start = async (emulator, login) => {
  const client = await TencentClient.start(emulator, { shortPauses: false });
  const { accountId } = await client.call('adopt', login);
  return {
    pid: client.pid,
    send: (path) => client.call('sendMedia', { accountId, to: login.ilink_user_id, path, text: '' }),
    stop: () => client.stop(),
  };
};

function* randomMegabytes(count: number): Generator<Buffer> {
  for (let i = 0; i < count; i++) yield randomBytes(2 ** 20);
}

function median(all: Measured[]): Measured {
  const of = (field: keyof Measured): number =>
    percentile(
      all.map((one) => one[field]),
      0.5,
    );
  return { seconds: of('seconds'), above: of('above'), whole: of('whole') };
}
