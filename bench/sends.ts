import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { startEmulator, type BotLogin, type Emulator } from '../emulator';
import { TencentClient } from '../test/conformance/tencent/client';
import { makeIdentity } from './certificate';
import { ask } from './child';
import { withFolder } from './folder';
import { percentile, type Row } from './table';

/** The clients take turns in rounds this short, so that what else the machine does hits all of them. */
const ROUNDS = 8;
const SENDS_PER_ROUND = 250;
const WARM_UP = 300;
const AT_ONCE = [1, 50];
const AIM = 2;

/** Whom a child is to write to, and how. */
export interface SendTask {
  bare: boolean;
  folder: string;
  credential: ICredentialDataDecryptedObject;
  to: string;
  contextToken: string;
}

export interface SendOrder {
  count: number;
  atOnce: number;
  text: string;
}

interface Client {
  name: 'ours' | 'tencent' | 'bare';
  /** @returns how long each send took in ms */
  send(order: SendOrder): Promise<number[]>;
  stop(): Promise<void>;
}

interface Result {
  /** Of each round. */
  perSecond: number[];
  /** Of each send. */
  samplesMs: number[];
}

type Results = Record<Client['name'], Result>;

/** Sends per second and how long each takes, beside Tencent's client and a bare connection, over HTTP and HTTPS. */
export async function sends(): Promise<Row[]> {
  return withFolder(async (folder) => {
    const { caFile, ...tls } = await makeIdentity(folder);
    return [
      ...(await sendsTo('http', await startEmulator(), folder)),
      ...(await sendsTo('https', await startEmulator({ tls }), folder, caFile)),
    ];
  });
}

async function sendsTo(scheme: string, emulator: Emulator, folder: string, caFile?: string): Promise<Row[]> {
  // The window is not what is measured.
  emulator.settings.quota = 1_000_000;
  const clients: Client[] = [];
  try {
    clients.push(await childOf('ours', emulator, join(folder, scheme), caFile));
    clients.push(await tencent(emulator, caFile));
    clients.push(await childOf('bare', emulator, folder, caFile));
    const rows: Row[] = [];
    for (const atOnce of AT_ONCE) rows.push(...rowsOf(scheme, atOnce, await race(clients, atOnce)));
    checkNothingWasLost(emulator);
    return rows;
  } finally {
    await Promise.all(clients.map((client) => client.stop()));
    await emulator.stop();
  }
}

async function race(clients: Client[], atOnce: number): Promise<Results> {
  const results = clients.map((client) => ({ client, perSecond: [] as number[], samplesMs: [] as number[] }));
  for (const client of clients) await client.send({ count: WARM_UP, atOnce, text: 'warm-up' });
  for (let round = 0; round < ROUNDS; round++) {
    for (const { client, perSecond, samplesMs } of results) {
      const startedAt = performance.now();
      samplesMs.push(...(await client.send({ count: SENDS_PER_ROUND, atOnce, text: `round ${round}` })));
      perSecond.push(SENDS_PER_ROUND / ((performance.now() - startedAt) / 1_000));
    }
  }
  return Object.fromEntries(results.map(({ client, ...result }) => [client.name, result])) as Results;
}

const median = (samples: number[]): number => percentile(samples, 0.5);

/** The middle one of the rounds, each beside the round of the other client just before or after it. */
const ratioOf = (a: Result, b: Result): number =>
  median(a.perSecond.map((value, round) => value / b.perSecond[round]!));

function rowsOf(scheme: string, atOnce: number, results: Results): Row[] {
  const { ours, tencent, bare } = results;
  const how = `${scheme}, ${atOnce === 1 ? 'in turn' : `${atOnce} at a time`}`;
  const perSecond = (who: string, { perSecond: rounds }: Result): Row => ({
    what: `sends, ${how}: ${who}`,
    value: median(rounds),
    unit: '/s',
  });
  const latency = (who: string, share: number, { samplesMs }: Result): Row => ({
    what: `sends, ${how}: p${share * 100} of ${who}`,
    value: percentile(samplesMs, share),
    unit: 'ms',
  });
  const ratio = ratioOf(ours, tencent);
  const aim = atOnce === 1 ? { limit: `${AIM} times and more`, ok: ratio >= AIM } : {};
  return [
    perSecond('ours, with the store in the path', ours),
    perSecond("Tencent's client", tencent),
    perSecond('a bare keep-alive connection', bare),
    { what: `sends, ${how}: ours to Tencent's`, value: ratio, unit: 'times', ...aim },
    { what: `sends, ${how}: ours to the bare one`, value: ratioOf(ours, bare), unit: 'times' },
    ...[0.5, 0.99].flatMap((share) => [
      latency('ours', share, ours),
      latency("Tencent's", share, tencent),
      latency('the bare one', share, bare),
    ]),
  ];
}

/** A client that is fast because it loses messages has won nothing. */
function checkNothingWasLost(emulator: Emulator): void {
  const [lost] = emulator.dropped;
  if (lost) throw new Error(`The server did not like a message: ${lost.reason} (${lost.detail})`);
}

/** A bot whose user has written, so that it may send. */
async function boundBot(emulator: Emulator): Promise<{ login: BotLogin; to: string; contextToken: string }> {
  const login = emulator.bind();
  const to = login.ilink_user_id;
  const { context_token } = await emulator.write({ bot_id: login.ilink_bot_id, user_id: to, text: 'hello' });
  return { login, to, contextToken: context_token };
}

async function childOf(
  name: 'ours' | 'bare',
  emulator: Emulator,
  folder: string,
  caFile?: string,
): Promise<Client> {
  const { login, ...chat } = await boundBot(emulator);
  const child = startSender(caFile);
  const credential = {
    botToken: login.bot_token,
    apiBaseUrl: login.baseurl,
    ownerUserId: login.ilink_user_id,
  };
  await ask(child, { bare: name === 'bare', folder, credential, ...chat } satisfies SendTask);
  return {
    name,
    async send(order) {
      const answer = await ask<{ samplesMs: number[] } | { failed: string }>(child, order);
      if ('failed' in answer) throw new Error(answer.failed);
      return answer.samplesMs;
    },
    async stop() {
      const exited = once(child, 'exit');
      child.disconnect();
      await exited;
    },
  };
}

/** With BENCH_PROFILE=folder a CPU profile of each of our processes is written there. */
function startSender(caFile?: string): ChildProcess {
  const { BENCH_PROFILE: folder } = process.env;
  const profile = folder ? ['--cpu-prof', `--cpu-prof-dir=${folder}`] : [];
  return fork(join(__dirname, 'children', 'sends.ts'), [], {
    execArgv: ['--import', 'tsx', ...profile],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { ...process.env, ...(caFile !== undefined && { NODE_EXTRA_CA_CERTS: caFile }) },
  });
}

async function tencent(emulator: Emulator, caFile?: string): Promise<Client> {
  const { login, to, contextToken } = await boundBot(emulator);
  const client = await TencentClient.start(emulator, caFile === undefined ? {} : { caFile });
  const { accountId } = await client.call('adopt', login);
  return {
    name: 'tencent',
    async send(order) {
      const sent = await client.call('sendTexts', { accountId, to, contextToken, ...order });
      return sent.map(({ startedAt, acceptedAt }) => acceptedAt - startedAt);
    },
    stop: () => client.stop(),
  };
}
