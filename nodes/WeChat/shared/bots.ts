import { homedir } from 'node:os';
import { MAX_WAITING, type KeepLimits } from '../../../bot/housekeeping';
import { Copies } from '../../../bot/copies';
import { BotRegistry } from '../../../bot/registry';
import { MAX_QUEUED } from '../../../bot/send/max-queued';
import { systemClock } from '../../../ilink/clock';
import { chooseStore, storePath } from '../../../store/place';
import { PostgresStore } from '../../../store/postgres/postgres-store';
import { SqliteStore } from '../../../store/sqlite/sqlite-store';
import type { Store } from '../../../store/store';
import { report } from './log';
import { numberOr } from './number';
import { roleOf } from './processRole';

export { storePath };

const ABOVE_ZERO = { above: 0 };

/** How long messages are kept, from the environment. What is not a number above zero counts as not set. */
export function keepLimits(env: NodeJS.ProcessEnv): KeepLimits {
  return {
    days: numberOr(env.WECHAT_ILINK_KEEP_DAYS, 7, ABOVE_ZERO),
    messages: numberOr(env.WECHAT_ILINK_KEEP_MESSAGES, 20_000, ABOVE_ZERO),
    queued: numberOr(env.WECHAT_ILINK_MAX_QUEUED, MAX_QUEUED, ABOVE_ZERO),
    waiting: numberOr(env.WECHAT_ILINK_MAX_WAITING, MAX_WAITING, ABOVE_ZERO),
  };
}

async function openStore(): Promise<Store> {
  const choice = chooseStore(process.env, homedir());
  if (choice.kind === 'postgres') {
    const time = { ...systemClock, elapsed: () => performance.now() };
    return PostgresStore.open({ settings: choice.settings, time });
  }
  return SqliteStore.openInTurn(
    {
      path: choice.path,
      allowsNetwork: process.env.WECHAT_ILINK_ALLOW_NETWORK_FOLDER === 'true',
      now: Date.now,
      onSetAside: (facts) => report({ code: 'store_set_aside', facts }),
    },
    report,
  );
}

/** What this process is among those of n8n. */
const role = roleOf(process.env, process.argv);

/** The one registry of this process; the only mutable state that belongs to a module. */
export const bots = new BotRegistry({
  copies: new Copies(),
  openStore,
  keep: keepLimits(process.env),
  role,
  report,
});

/** n8n is to be up first. */
const ANNOUNCED_AFTER_MS = 3_000;
// Workers look whether the main process uses the same store, also when no trigger there has opened it yet. A failure is said by those
// who need the store.
if (role === 'main')
  systemClock.after(ANNOUNCED_AFTER_MS, () => void bots.memory().catch(() => undefined), true);
