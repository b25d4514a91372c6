import type { Store } from '../../store/store';

/** Whether a server gives ids to messages, as far as somebody has seen it. */
export interface IdGiver {
  known(): Promise<boolean>;
  learn(): Promise<void>;
}

/**
 * Servers used to answer `{}`; only on one that gives ids does a missing id mean something, also after a restart. Never fails.
 *
 * @param server the address in use now
 */
export function idGiver(store: () => Promise<Store>, server: () => string): IdGiver {
  const fact = (): string => `gives ids: ${server()}`;
  return {
    known: async () => {
      try {
        return await (await store()).facts.knows(fact());
      } catch {
        return false;
      }
    },
    learn: async () => {
      try {
        await (await store()).facts.learn(fact());
      } catch {
        // It is learnt again after a restart.
      }
    },
  };
}
