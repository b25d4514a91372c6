import { join } from 'node:path';

import type { BotReport } from '../../bot/report';
import { Memory } from '../../bot/memory';
import { systemClock } from '../../ilink/clock';
import { ILinkError } from '../../ilink/errors';
import { SqliteStore } from '../../store/sqlite/sqlite-store';
import { seededRandom } from '../support/seeded-random';
import { addResult, emptyResult, Lane, type LaneResult } from './lane';

export interface SoakOptions {
  /** How many messages are sent, at least. */
  sends: number;
  /** The same seed makes the same messages meet the same troubles. */
  seed: number;
  /** How many bots send at the same time. */
  lanes: number;
  /** Where the store goes. */
  folder: string;
  /** Told now and then how far it is. */
  onProgress?: (sends: number) => void;
}

/** Each lane in pieces of so many sends, on a new server, so that a long soak does not fill the memory with bubbles. */
const PIECE = 1_000;

/** Sends against servers that fail at random. @returns all lanes together */
export async function soak({
  sends,
  seed,
  lanes,
  folder,
  onProgress = () => undefined,
}: SoakOptions): Promise<LaneResult> {
  const total = emptyResult();
  const store = SqliteStore.open(join(folder, 'wechat.sqlite'), Date.now(), () => undefined);
  // What a server answers is the trouble that the soak makes, and a flush may meet it instead of the send that it was made for: the
  // ledger says what became of those messages. Anything else that is reported is a fault of ours.
  const report = ({ code }: BotReport, error?: unknown): void => {
    const isMade = code === 'outbox_waits_on' && error instanceof ILinkError;
    if (!isMade) total.complaints.push(code);
  };
  const memory = await Memory.of(store, {
    clock: systemClock,
    keep: { days: 7, messages: 20_000 },
    report,
  });
  let piece = 0;
  const pieces = Math.ceil(sends / PIECE);
  const work = async (): Promise<void> => {
    for (let mine = piece++; mine < pieces; mine = piece++) {
      const lane = await Lane.open(memory, seededRandom(seed + mine));
      const result = await lane.run(Math.min(PIECE, sends - mine * PIECE)).finally(() => lane.close());
      addResult(total, result);
      onProgress(total.sends);
    }
  };
  try {
    await Promise.all(Array.from({ length: lanes }, work));
  } finally {
    await store.close();
  }
  return total;
}
