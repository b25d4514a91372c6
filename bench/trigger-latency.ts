import { Listening } from '../nodes/WeChat/trigger/listen';
import { systemClock } from '../ilink/clock';
import { readCredential } from '../nodes/WeChat/shared/credential';
import { startEmulator, type Emulator } from '../emulator';
import { registryIn, withFolder } from './folder';
import { DEFAULT_SETTINGS } from './settings';
import { percentile, type Row } from './table';
import { quietContext } from './trigger-context';

const MESSAGES = 300;
/** The first messages find code that was never run, and a connection that is still being made. */
const WARM_UP = 10;

/** From the emulator's enqueuing of a message to the trigger's emit, one message after another. */
export async function triggerLatency(): Promise<Row[]> {
  const emulator = await startEmulator();
  try {
    const samples = await withFolder((folder) => measure(emulator, folder));
    const p99 = percentile(samples, 0.99);
    return [
      { what: `message to emit, p50 of ${MESSAGES}`, value: percentile(samples, 0.5), unit: 'ms' },
      {
        what: `message to emit, p99 of ${MESSAGES}`,
        value: p99,
        unit: 'ms',
        limit: 'under 20 ms',
        ok: p99 < 20,
      },
    ];
  } finally {
    await emulator.stop();
  }
}

async function measure(emulator: Emulator, folder: string): Promise<number[]> {
  const login = emulator.bind();
  const who = { bot_id: login.ilink_bot_id, user_id: login.ilink_user_id };
  let onEmit = (): void => undefined;
  const data = {
    botToken: login.bot_token,
    apiBaseUrl: login.baseurl,
    cdnBaseUrl: emulator.cdnUrl,
    ownerUserId: login.ilink_user_id,
  };
  const listening = new Listening(
    quietContext(data, () => onEmit()),
    DEFAULT_SETTINGS,
    { bots: registryIn(folder), clock: systemClock },
  );
  listening.start(readCredential(data));
  await listening.settled;
  const samples: number[] = [];
  for (let i = 0; i < WARM_UP + MESSAGES; i++) {
    const emitted = new Promise<number>((resolve) => (onEmit = () => resolve(performance.now())));
    const startedAt = performance.now();
    await emulator.write({ ...who, text: `message ${i}` });
    samples.push((await emitted) - startedAt);
  }
  await listening.close();
  return samples.slice(WARM_UP);
}
