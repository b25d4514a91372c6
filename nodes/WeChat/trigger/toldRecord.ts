import type { Clock } from '../../../ilink/clock';
import type { Store } from '../../../store/store';
import type { ToldRecord, ToldTrouble } from './troubles';

const KIND = 'trigger-trouble';
/** What lasts longer than this may be said once more after a restart. */
const LIFE_MS = 24 * 3_600_000;

/** What was told for one trigger, in the store: whoever writes it down first tells it, in whatever process. */
export function toldRecord(store: () => Promise<Store>, subscriber: string, clock: Clock): ToldRecord {
  return {
    begin: async (trouble) => {
      const { documents } = await store();
      const now = clock.now();
      const before = await documents.read(KIND, subscriber, now);
      if (before !== undefined && readTold(before).name === trouble.name) return false;
      const document = { key: subscriber, body: JSON.stringify(trouble), expiresAt: now + LIFE_MS };
      return documents.write(KIND, document, before, now);
    },
    end: async () => {
      const { documents } = await store();
      const now = clock.now();
      const before = await documents.read(KIND, subscriber, now);
      if (before === undefined) return undefined;
      // An empty one that expires at once: to remove it would not tell who was first.
      const isFirst = await documents.write(KIND, { key: subscriber, body: '', expiresAt: now }, before, now);
      return isFirst ? readTold(before) : undefined;
    },
  };
}

function readTold(body: string): ToldTrouble {
  return JSON.parse(body) as ToldTrouble;
}
