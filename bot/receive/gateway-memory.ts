import type { Clock } from '../../ilink/clock';
import type { Store } from '../../store/store';
import type { GatewayMemory } from './gateway';

const KIND = 'gateway';
const LIFE_MS = 30 * 86_400_000;
/** What is used is written anew after this, so that it does not end: to learn it again may cost a message. */
const RENEW_MS = 86_400_000;

interface Note {
  cutMs: number;
  /** When it was written; milliseconds since 1970. */
  at?: number;
}

/** What all bots of this n8n know of the gateway in front of a host: in the store, for 30 days since it was last used. */
export function gatewayMemory({ slips }: Pick<Store, 'slips'>, host: string, clock: Clock): GatewayMemory {
  const write = async (cutMs: number): Promise<void> => {
    const now = clock.now();
    const body = JSON.stringify({ cutMs, at: now } satisfies Note);
    const before = await slips.read(KIND, host, now);
    await slips.write(KIND, { key: host, body, expiresAt: now + LIFE_MS }, before, now);
  };
  return {
    read: async () => {
      const now = clock.now();
      const body = await slips.read(KIND, host, now);
      if (body === undefined) return undefined;
      const { cutMs, at = 0 } = JSON.parse(body) as Note;
      if (Math.abs(now - at) > RENEW_MS) await write(cutMs);
      return cutMs;
    },
    write,
  };
}
