import type { Clock } from '../ilink/clock';
import { earlierConnectionKey, type BotCredential } from '../ilink/credential';
import type { Store } from '../store/store';
import type { AddressedClient } from './addressed-client';
import type { Memory } from './memory';
import { Gateways } from './receive/gateway';
import { gatewayMemory } from './receive/gateway-memory';
import { BotInbox } from './receive/inbox';
import { leaseOf } from './receive/leadership';
import { Receiver } from './receive/receiver';
import type { Report } from './report';

export interface ReceiverParts {
  credential: BotCredential;
  /** Names the bot in the store. */
  bot: string;
  client: AddressedClient;
  memory: () => Promise<Memory>;
  store: () => Promise<Store>;
  clock: Clock;
  random: () => number;
  report: Report;
}

/** The poll loop of one bot, on what this process remembers. */
export function receiverFor({ credential, ...shared }: ReceiverParts): Receiver {
  const { bot, client, memory, store, clock } = shared;
  const earlierConnection = earlierConnectionKey(credential);
  return new Receiver({
    ...shared,
    inbox: new BotInbox({ ...shared, earlierConnection, open: memory }),
    gateway: new Gateways(
      () => new URL(client.current.apiBaseUrl).host,
      (host) => gatewayMemory(store, host, clock),
    ),
    lease: leaseOf(async () => (await memory()).leaseHolder, bot, earlierConnection),
  });
}
