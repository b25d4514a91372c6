import { conversationPromises } from './conversations';
import { deliveryPromises } from './deliveries';
import { documentPromises } from './documents';
import { factPromises } from './facts';
import { forgetPromises } from './forget';
import { inboxPromises } from './inbox';
import { leasePromises } from './leases';
import { outboxPromises } from './outbox';
import { prunePromises } from './prune';
import { recentPromises } from './recent';
import type { StoreUnderTest } from './store-under-test';
import { takeOverPromises } from './take-over';
import { unfinishedPromises } from './unfinished';
import { unreadablePromises } from './unreadable';

/** What every store promises, whatever stands behind it. */
export function promises(store: StoreUnderTest): void {
  inboxPromises(store);
  deliveryPromises(store);
  conversationPromises(store);
  outboxPromises(store);
  recentPromises(store);
  takeOverPromises(store);
  leasePromises(store);
  documentPromises(store);
  factPromises(store);
  unfinishedPromises(store);
  unreadablePromises(store);
  prunePromises(store);
  forgetPromises(store);
}
