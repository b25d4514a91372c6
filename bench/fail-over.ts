import { setTimeout as wait } from 'node:timers/promises';

import { startEmulator } from '../emulator';
import { startPostgres } from '../test/support/postgres';
import { PostgresProcess } from '../test/support/postgres-process';
import { percentile, type Row } from './table';

const ROUNDS = 20;
/** Pairs of processes at a time, each with a bot of its own. */
const AT_ONCE = 4;
const LIMIT_MS = 10_000;
const LEFT_LIMIT_MS = 1_000;
const LOOK_MS = 2;
/** A life of a process is 6 s, renewed every 2 s: it dies at any moment of that. */
const RENEW_MS = 2_000;

type Ending = 'leaves' | 'dies';

/** How long nobody polls after the process that did has left or died, with two processes on one PostgreSQL. */
export async function failOver(): Promise<Row[]> {
  const server = await startPostgres();
  const emulator = await startEmulator();
  emulator.settings.holdMs = 1_200;
  const place = { url: server.url, schema: 'wechat_ilink_fail_over' };

  const round = async (ending: Ending): Promise<number> => {
    const login = emulator.bind();
    const first = await PostgresProcess.start(place, `${login.bot_token} a`, emulator, login);
    await until(() => first.isLeader());
    const second = await PostgresProcess.start(place, `${login.bot_token} b`, emulator, login);
    await until(() => second.states.includes('standby'));
    await wait(Math.random() * RENEW_MS);
    const endedAt = performance.now();
    await (ending === 'leaves' ? first.leave() : first.end());
    await until(() => second.isLeader());
    const ms = performance.now() - endedAt;
    await second.leave();
    await Promise.all([first.end(), second.end()]);
    return ms;
  };

  try {
    return [
      ...rowsOf('leaves', await rounds(() => round('leaves')), LEFT_LIMIT_MS),
      ...rowsOf('dies', await rounds(() => round('dies')), LIMIT_MS),
    ];
  } finally {
    await emulator.stop();
    await server.stop();
  }
}

async function rounds(round: () => Promise<number>): Promise<number[]> {
  const samples: number[] = [];
  for (let n = 0; n < ROUNDS; n += AT_ONCE)
    samples.push(...(await Promise.all(Array.from({ length: AT_ONCE }, round))));
  return samples;
}

function rowsOf(ending: Ending, samples: number[], limitMs: number): Row[] {
  const most = percentile(samples, 0.99);
  const what = `fail-over, PostgreSQL, the leader ${ending}`;
  return [
    { what: `${what}, p50`, value: percentile(samples, 0.5), unit: 'ms' },
    { what: `${what}, p99`, value: most, unit: 'ms', limit: `< ${limitMs} ms`, ok: most < limitMs },
  ];
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await wait(LOOK_MS);
}
