import { readCredential } from '../nodes/WeChat/shared/credential';
import { startEmulator, type RequestRecord } from '../emulator';
import { registryIn, withFolder } from './folder';
import type { Row } from './table';

const HOLD_MS = 1_500;
const HOLDS = 4;

/** How many requests an idle trigger makes per hold of the server. A hold of 1.5 s stands for the real one of 35 s. */
export function idleTraffic(): Promise<Row[]> {
  return withFolder(measure);
}

async function measure(folder: string): Promise<Row[]> {
  const emulator = await startEmulator({ holdMs: HOLD_MS });
  const login = emulator.bind();
  const credential = readCredential({ botToken: login.bot_token, apiBaseUrl: login.baseurl });
  const registry = registryIn(folder);
  const { bot, release } = registry.retain(credential);
  const end = bot.receiver.listen({ onArrival: () => undefined });
  await new Promise((resolve) => setTimeout(resolve, HOLD_MS * HOLDS + HOLD_MS / 2));
  // Everything that it asks counts, not polls alone: a heartbeat beside them would be traffic, too.
  const starts = emulator
    .requests()
    .filter(isRepeated)
    .map(({ at }) => at);
  await end();
  release();
  await emulator.stop();
  const holds = (starts.at(-1)! - starts[0]!) / HOLD_MS;
  const perHold = (starts.length - 1) / holds;
  return [
    {
      what: 'requests per hold while idle',
      value: perHold,
      unit: '',
      limit: 'one',
      ok: Math.abs(perHold - 1) < 0.1,
    },
  ];
}

/** The greeting at the start goes out once, however long the trigger idles. */
function isRepeated({ endpoint }: RequestRecord): boolean {
  return endpoint !== 'notifystart';
}
