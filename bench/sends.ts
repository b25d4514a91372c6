import { join } from 'node:path';

import { makeIdentity, type Identity } from './certificate';
import { withFolder } from './folder';
import { PlainServer } from './plain-server';
import {
  childOf,
  median,
  race,
  ratioOf,
  ROUNDS,
  SENDS_PER_ROUND,
  tencent,
  WARM_UP,
  type Client,
  type Result,
  type Results,
} from './race';
import { percentile, type Row } from './table';

const AIMS: Record<number, number> = { 1: 2.2, 50: 2 };
const AT_ONCE = Object.keys(AIMS).map(Number);

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
