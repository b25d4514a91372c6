import { CredentialWatch, LOOK_MS, type Hurried } from '../nodes/WeChat/trigger/credentialWatch';
import type { ReceiverState } from '../bot/receive/receiver';
import type { Row } from './table';

const TRIGGERS = 1_000;
const HOUR_MS = 3_600_000;
/** Of n8n's `getCredentials()` with its database: it builds an isolate for expressions each time. */
const READ_CPU_MS = 44;
const LIMIT_SHARE = 10;
/** How often was read before: every ten seconds. */
const BEFORE_AN_HOUR = HOUR_MS / LOOK_MS;

/**
 * How often the triggers of one process read their credentials: counted over an hour of a clock that is moved on, after an hour in which they
 * have spread. What that costs is reckoned with what one reading costs n8n.
 */
export async function credentialReads(): Promise<Row[]> {
  return [
    ...rowsOf('while all is well', TRIGGERS, 'connected'),
    ...rowsOf('while none reaches the server', TRIGGERS, 'retrying'),
    ...rowsOf('with a refused token', 1, 'login_needed'),
  ];
}

function rowsOf(when: string, triggers: number, state: ReceiverState): Row[] {
  const reads = readsInAnHour(triggers, state);
  const share = (100 * reads * READ_CPU_MS) / HOUR_MS;
  return [
    {
      what: `readings of a credential per trigger and hour, ${triggers} ${when} (before: ${BEFORE_AN_HOUR})`,
      value: reads / triggers,
      unit: 'times',
    },
    {
      what: `of a core for that, at ${READ_CPU_MS} ms each`,
      value: share,
      unit: '%',
      limit: `under ${LIMIT_SHARE} %`,
      ok: share < LIMIT_SHARE,
    },
  ];
}

function readsInAnHour(triggers: number, state: ReceiverState): number {
  let time = 0;
  const hurried: Hurried = new Set();
  const deps = { now: () => time, random: Math.random, hurried, isTest: false };
  const watches = Array.from({ length: triggers }, () => new CredentialWatch(deps));
  for (const watch of watches) watch.changed(state);
  let reads = 0;
  while (time < 2 * HOUR_MS) {
    time += LOOK_MS;
    for (const watch of watches) if (watch.isDue(undefined) && time > HOUR_MS) reads++;
  }
  return reads;
}
