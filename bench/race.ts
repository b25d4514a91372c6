import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { TencentClient } from '../test/conformance/tencent/client';
import type { Identity } from './certificate';
import { ask, cpuMsOf, startBuiltChild } from './child';
import type { PlainServer } from './plain-server';
import { percentile } from './table';

/** The clients take turns in rounds this short, so that what else the machine does hits all of them. */
export const ROUNDS = 15;
export const SENDS_PER_ROUND = 200;
/** Until the compiler has seen enough: an n8n runs for weeks. */
export const WARM_UP = 3_000;

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

export interface Client {
  name: 'ours' | 'tencent' | 'bare';
  pid: number;
  /** @returns how long each send took in ms */
  send(order: SendOrder): Promise<number[]>;
  stop(): Promise<void>;
}

export interface Result {
  /** Of each round. */
  perSecond: number[];
  /** Of each round: processor time per send. */
  cpuMs: number[];
  /** Of each send. */
  samplesMs: number[];
}

export type Results = Record<Client['name'], Result>;

/** Lets clients send in turns. @param written how a text stands where it is read */
export async function race(
  clients: Client[],
  atOnce: number,
  written = (text: string): string => text,
): Promise<Results> {
  const results = clients.map((client) => ({
    client,
    perSecond: [] as number[],
    cpuMs: [] as number[],
    samplesMs: [] as number[],
  }));
  for (const client of clients) await client.send({ count: WARM_UP, atOnce, text: written('warm-up') });
  for (let round = 0; round < ROUNDS; round++) {
    for (const { client, perSecond, cpuMs, samplesMs } of results) {
      const cpuBefore = cpuMsOf(client.pid);
      const startedAt = performance.now();
      const order = { count: SENDS_PER_ROUND, atOnce, text: written(`round ${round}`) };
      samplesMs.push(...(await client.send(order)));
      perSecond.push(SENDS_PER_ROUND / ((performance.now() - startedAt) / 1_000));
      cpuMs.push((cpuMsOf(client.pid) - cpuBefore) / SENDS_PER_ROUND);
    }
  }
  return Object.fromEntries(results.map(({ client, ...result }) => [client.name, result])) as Results;
}

export const median = (samples: number[]): number => percentile(samples, 0.5);

/** The middle one of the rounds, each beside the round of the other client just before or after it. */
export const ratioOf = (a: Result, b: Result): number =>
  median(a.perSecond.map((value, round) => value / b.perSecond[round]!));

const BOT_ID = 'a1b2c3d4e5f6@im.bot';
const TOKEN = 'c0ffee0123456789abcdef';
const CHAT = {
  to: 'o9cq800kum_4g9xVqQ1tn1bQ@im.wechat',
  contextToken:
    'a context token of the usual length, which is about a hundred and twenty characters, give or take',
};

/** A child that sends as ours do, or with nothing but a connection. */
export async function childOf(
  name: 'ours' | 'bare',
  { url }: PlainServer,
  folder: string,
  identity?: Identity,
  program = 'sends',
): Promise<Client> {
  const child = await startSender(program, folder, identity);
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
function startSender(program: string, folder: string, identity?: Identity): Promise<ChildProcess> {
  const { BENCH_PROFILE: profile } = process.env;
  return startBuiltChild(program, folder, {
    execArgv: profile ? ['--cpu-prof', `--cpu-prof-dir=${profile}`] : [],
    env: identity ? { NODE_EXTRA_CA_CERTS: identity.caFile } : {},
  });
}

/** Tencent's client, for a login of the same bot. */
export async function tencent({ url }: PlainServer, identity?: Identity): Promise<Client> {
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
