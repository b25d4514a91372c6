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
} from './race';
import { percentile, type Row } from './table';

const AIM = 1.5;

/**
 * Sends of the WeChat node, executed by n8n's own context with an item for each, beside Tencent's client that is called alone and a bare
 * connection.
 */
export async function nodeSends(): Promise<Row[]> {
  return withFolder(async (folder) => {
    const server = await PlainServer.start();
    const clients: Client[] = [];
    try {
      clients.push(await childOf('ours', server, folder, undefined, 'node-sends'));
      clients.push(await tencent(server));
      clients.push(await childOf('bare', server, folder));
      const { ours, tencent: theirs, bare } = await race(clients, 1);
      // What n8n takes to evaluate an expression for each item is its own, and nobody's who writes a node.
      const { ours: evaluated } = await race([clients[0]!], 1, (text) => `={{ ${JSON.stringify(text)} }}`);
      server.check((clients.length + 1) * (WARM_UP + ROUNDS * SENDS_PER_ROUND));
      const ratio = ratioOf(ours, theirs);
      return [
        { what: 'the node on the context of n8n: sends', value: median(ours.perSecond), unit: '/s' },
        {
          what: "the node on the context of n8n: Tencent's client",
          value: median(theirs.perSecond),
          unit: '/s',
        },
        {
          what: 'the node on the context of n8n: a bare connection',
          value: median(bare.perSecond),
          unit: '/s',
        },
        {
          what: "the node on the context of n8n: to Tencent's client",
          value: ratio,
          unit: 'times',
          limit: `${AIM} times and more`,
          ok: ratio >= AIM,
        },
        {
          what: 'the node on the context of n8n: processor time',
          value: median(ours.cpuMs) * 1_000,
          unit: 'µs',
        },
        {
          what: "the node on the context of n8n: processor time of Tencent's",
          value: median(theirs.cpuMs) * 1_000,
          unit: 'µs',
        },
        {
          what: 'the node on the context of n8n: processor time of a bare connection',
          value: median(bare.cpuMs) * 1_000,
          unit: 'µs',
        },
        {
          what: "the node on the context of n8n: Tencent's processor time to ours",
          value: median(theirs.cpuMs) / median(ours.cpuMs),
          unit: 'times',
        },
        {
          what: 'the node on the context of n8n: processor time where the text is an expression',
          value: median(evaluated.cpuMs) * 1_000,
          unit: 'µs',
        },
        {
          what: 'the node on the context of n8n: p50 of an item',
          value: percentile(ours.samplesMs, 0.5),
          unit: 'ms',
        },
      ];
    } finally {
      await Promise.all(clients.map((client) => client.stop()));
      await server.stop();
    }
  });
}
