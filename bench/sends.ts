import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { TencentClient } from '../test/conformance/tencent/client';
import { makeIdentity, type Identity } from './certificate';
import { ask, cpuMsOf, startBuiltChild } from './child';
import { withFolder } from './folder';
import { PlainServer } from './plain-server';
import { percentile, type Row } from './table';

/** The clients take turns in rounds this short, so that what else the machine does hits all of them. */
const ROUNDS = 15;
const SENDS_PER_ROUND = 200;
/** Until the compiler has seen enough: an n8n runs for weeks. */
const WARM_UP = 3_000;
const AT_ONCE = [1, 50];
const AIMS: Record<number, number> = { 1: 2.2, 50: 2 };

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
  pid: number;
  /** @returns how long each send took in ms */
  send(order: SendOrder): Promise<number[]>;
  stop(): Promise<void>;
}

interface Result {
  /** Of each round. */
  perSecond: number[];
  /** Of each round: processor time per send. */
  cpuMs: number[];
  /** Of each send. */
  samplesMs: number[];
}

type Results = Record<Client['name'], Result>;

/** Sends per second and how long each takes, beside Tencent's client and a bare connection, over HTTP and HTTPS. */
export async function sends(): Promise<Row[]> {
  return withFolder(async (folder) => [
    ...(await sendsOver('http', folder)),
    ...(await sendsOver('https', folder, await makeIdentity(folder))),
  ]);
}

async function sendsOver(scheme: string, folder: string, identity?: Identity): Promise<Row[]> {
  const server = await PlainServer.start(identity);
  const clients: Client[] = [];
  try {
    clients.push(await childOf('ours', server, join(folder, scheme), identity));
    clients.push(await tencent(server, identity));
    clients.push(await childOf('bare', server, folder, identity));
    const rows: Row[] = [];
    for (const atOnce of AT_ONCE) rows.push(...rowsOf(scheme, atOnce, await race(clients, atOnce)));
    server.check(clients.length * AT_ONCE.length * (WARM_UP + ROUNDS * SENDS_PER_ROUND));
    return rows;
  } finally {
    await Promise.all(clients.map((client) => client.stop()));
    await server.stop();
  }
}

async function race(clients: Client[], atOnce: number): Promise<Results> {
  const results = clients.map((client) => ({
    client,
    perSecond: [] as number[],
    cpuMs: [] as number[],
    samplesMs: [] as number[],
  }));
  for (const client of clients) await client.send({ count: WARM_UP, atOnce, text: 'warm-up' });
  for (let round = 0; round < ROUNDS; round++) {
    for (const { client, perSecond, cpuMs, samplesMs } of results) {
      const cpuBefore = cpuMsOf(client.pid);
      const startedAt = performance.now();
      samplesMs.push(...(await client.send({ count: SENDS_PER_ROUND, atOnce, text: `round ${round}` })));
      perSecond.push(SENDS_PER_ROUND / ((performance.now() - startedAt) / 1_000));
      cpuMs.push((cpuMsOf(client.pid) - cpuBefore) / SENDS_PER_ROUND);
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
  const aim = AIMS[atOnce]!;
  const cpu = (who: string, { cpuMs }: Result): Row => ({
    what: `sends, ${how}: processor time of ${who}`,
    value: median(cpuMs) * 1_000,
    unit: 'µs',
  });
  return [
    perSecond('ours, with the store in the path', ours),
    perSecond("Tencent's client", tencent),
    perSecond('a bare keep-alive connection', bare),
    {
      what: `sends, ${how}: ours to Tencent's`,
      value: ratio,
      unit: 'times',
      limit: `${aim} times and more`,
      ok: ratio >= aim,
    },
    { what: `sends, ${how}: ours to the bare one`, value: ratioOf(ours, bare), unit: 'times' },
    cpu('ours', ours),
    cpu("Tencent's", tencent),
    cpu('the bare one', bare),
    ...[0.5, 0.99].flatMap((share) => [
      latency('ours', share, ours),
      latency("Tencent's", share, tencent),
      latency('the bare one', share, bare),
    ]),
  ];
}

const BOT_ID = 'a1b2c3d4e5f6@im.bot';
const TOKEN = 'c0ffee0123456789abcdef';
const CHAT = {
  to: 'o9cq800kum_4g9xVqQ1tn1bQ@im.wechat',
  contextToken:
    'a context token of the usual length, which is about a hundred and twenty characters, give or take',
};

async function childOf(
  name: 'ours' | 'bare',
  { url }: PlainServer,
  folder: string,
  identity?: Identity,
): Promise<Client> {
  const child = await startSender(folder, identity);
  const credential = { botToken: TOKEN, apiBaseUrl: url, ownerUserId: CHAT.to };
  await ask(child, { bare: name === 'bare', folder, credential, ...CHAT } satisfies SendTask);
  return {
    name,
    pid: child.pid!,
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
function startSender(folder: string, identity?: Identity): Promise<ChildProcess> {
  const { BENCH_PROFILE: profile } = process.env;
  return startBuiltChild('sends', folder, {
    execArgv: profile ? ['--cpu-prof', `--cpu-prof-dir=${profile}`] : [],
    env: identity ? { NODE_EXTRA_CA_CERTS: identity.caFile } : {},
  });
}

async function tencent({ url }: PlainServer, identity?: Identity): Promise<Client> {
  const addresses = { apiUrl: url, cdnUrl: url, redirectUrl: url };
  const client = await TencentClient.start(addresses, identity ? { caFile: identity.caFile } : {});
  const login = { bot_token: TOKEN, ilink_bot_id: BOT_ID, ilink_user_id: CHAT.to, baseurl: url };
  const { accountId } = await client.call('adopt', login);
  return {
    name: 'tencent',
    pid: client.pid,
    async send(order) {
      const sent = await client.call('sendTexts', { accountId, ...CHAT, ...order });
      return sent.map(({ startedAt, acceptedAt }) => acceptedAt - startedAt);
    },
    stop: () => client.stop(),
  };
}
