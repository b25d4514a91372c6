import { nextBatch } from '../bot/send/batches';
import { writersOf } from '../bot/receive/incoming';
import { readMessage, type IncomingMessage } from '../ilink/incoming';
import type { QueuedMessage } from '../store/outbox';
import { percentile, type Row } from './table';

const ROUNDS = 25;
const WARM_UP = 5;
const FEW = 600;
const MANY = 6_000;
/** Ten times as many may take ten times as long, and some for the caches of the machine. */
const AIM = 15;
const NOW = 1_764_000_000_000;

/** How the time to merge what waits, and to find who wrote, grows with how many there are. */
export async function queuedTexts(): Promise<Row[]> {
  return [
    ...growth('merging queued texts', rowsOf, mergeAll),
    ...growth('finding who wrote', messagesOf, writersOf),
  ];
}

function growth<Item>(
  what: string,
  made: (count: number) => Item[],
  action: (items: Item[]) => unknown,
): Row[] {
  const [fewItems, manyItems] = [made(FEW), made(MANY)];
  for (let i = 0; i < WARM_UP; i++) action(manyItems);
  const samples = Array.from(
    { length: ROUNDS },
    () => [timeOf(() => action(fewItems)), timeOf(() => action(manyItems))] as const,
  );
  const [few, many] = [0, 1].map((i) =>
    percentile(
      samples.map((pair) => pair[i]!),
      0.5,
    ),
  ) as [number, number];
  const ratio = percentile(
    samples.map(([small, large]) => large / small),
    0.5,
  );
  return [
    { what: `${what}: ${FEW}`, value: few, unit: 'ms' },
    { what: `${what}: ${MANY}`, value: many, unit: 'ms' },
    {
      what: `${what}: ten times as many`,
      value: ratio,
      unit: 'times',
      limit: `at most ${AIM} times`,
      ok: ratio <= AIM,
    },
  ];
}

function timeOf(action: () => unknown): number {
  const startedAt = performance.now();
  action();
  return performance.now() - startedAt;
}

/** As the outbox does it: the first message of what is left, until nothing is. */
function mergeAll(rows: QueuedMessage[]): void {
  for (let at = 0; at < rows.length;) at += nextBatch(rows.slice(at, at + 1_000), NOW).batch.length;
}

const rowsOf = (count: number): QueuedMessage[] =>
  Array.from({ length: count }, (_, id) => ({
    id,
    bot: 'bot',
    userId: 'u@im.wechat',
    // Three parts to a send.
    sendId: `s${Math.floor(id / 3)}`,
    reason: 'window_over',
    type: 'text',
    item: JSON.stringify({ type: 1, text_item: { text: `- text ${id} of the queue` } }),
    ageNote: '🕒 {age}',
    quota: 10,
    windowMs: 86_400_000,
    queuedAt: NOW - id * 60_000,
    expiresAt: NOW + 86_400_000,
    clientId: null,
  }));

const messagesOf = (count: number): IncomingMessage[] =>
  Array.from({ length: count }, (_, id) =>
    readMessage({
      message_type: 1,
      from_user_id: `o9user${id}@im.wechat`,
      client_id: `c${id}`,
      item_list: [],
    }),
  );
