import type { Dispatcher } from 'undici';

import type { Clock } from './clock';
import { createDispatcher, type DispatcherOptions } from './dispatcher';
import { Transport } from './transport';

/** How connections are made, and what they may reach. */
export interface ConnectionRule extends Pick<DispatcherOptions, 'lookup'> {
  /** Refuses an address before anything is sent, by throwing: for addresses that need no lookup. */
  guard?: (url: URL) => void;
}

/**
 * The connections of one bot, one login or one check: through the proxy that the environment names, within the rule, and made anew
 * when they have died without a word. Whoever opens them closes them.
 *
 * @param options `dispatcher` in the place of connections of its own, which is then nobody else's to close
 */
export function openTransport({
  clock,
  rule,
  dispatcher,
}: {
  clock: Clock;
  rule?: ConnectionRule;
  dispatcher?: Dispatcher;
}): Transport {
  const connections = dispatcher ? { dispatcher } : { renew: () => createDispatcher(rule) };
  return new Transport({ ...connections, clock, ...(rule?.guard && { guard: rule.guard }) });
}
