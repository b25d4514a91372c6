import type { Clock } from '../../ilink/clock';
import type { Store } from '../../store/store';
import type { GatewayMemory } from './gateway';

const KIND = 'gateway';
const LIFE_MS = 30 * 86_400_000;
/** Of what was seen once and may have been something else. */
const DOUBTFUL_LIFE_MS = 10 * 60_000;
/** What is used is written anew after this, so that it does not end: to learn it again may cost a message. */
const RENEW_MS = 86_400_000;

interface Note {
  cutMs: number;
  /** When it was written; milliseconds since 1970. */
  at?: number;
}

/**
 * What all bots on one store know of the gateway in front of a host: in the store, for 30 days since it was last used. What is in
 * doubt is kept beside it, for ten minutes.
 */
export function gatewayMemory(
  store: () => Promise<Pick<Store, 'documents'>>,
  host: string,
  clock: Clock,
): GatewayMemory {
  const doubtful = `${host} perhaps`;
  const read = async (key: string): Promise<Note | undefined> => {
    const { documents } = await store();
    const body = await documents.read(KIND, key, clock.now());
    return body === undefined ? undefined : (JSON.parse(body) as Note);
  };
  const write = async (cutMs: number, isCertain: boolean): Promise<void> => {
    const { documents } = await store();
    const now = clock.now();
    const key = isCertain ? host : doubtful;
    const body = JSON.stringify({ cutMs, at: now } satisfies Note);
    const expiresAt = now + (isCertain ? LIFE_MS : DOUBTFUL_LIFE_MS);
    await documents.write(KIND, { key, body, expiresAt }, await documents.read(KIND, key, now), now);
  };
  return {
    read: async () => {
      const [certain, perhaps] = [await read(host), await read(doubtful)];
      if (certain && Math.abs(clock.now() - (certain.at ?? 0)) > RENEW_MS) await write(certain.cutMs, true);
      const cutMs = Math.min(certain?.cutMs ?? Infinity, perhaps?.cutMs ?? Infinity);
      return cutMs === Infinity ? undefined : cutMs;
    },
    write,
  };
}
