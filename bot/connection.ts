import type { Dispatcher } from 'undici';

import { ILinkClient } from '../ilink/client';
import type { Clock } from '../ilink/clock';
import { openTransport, type ConnectionRule } from '../ilink/connect';
import type { BotCredential } from '../ilink/credential';
import type { RandomBytes } from '../ilink/media';
import { pooledUint32 } from '../ilink/random';
import type { Transport } from '../ilink/transport';
import { AddressedClient } from './addressed-client';

export interface ConnectionDeps {
  clock: Clock;
  randomBytes: RandomBytes;
  /** Used instead of connections of its own. */
  dispatcher?: Dispatcher;
  /** What its connections may reach. */
  rule?: ConnectionRule;
}

/** How one bot reaches WeChat. */
export interface BotConnection {
  client: AddressedClient;
  transport: Transport;
}

/** The client of a credential, on connections of its own. To be closed with its transport. */
export function connectionFor(credential: BotCredential, deps: ConnectionDeps): BotConnection {
  const { clock, dispatcher, rule } = deps;
  const transport = openTransport({ clock, ...(rule && { rule }), ...(dispatcher && { dispatcher }) });
  const random = pooledUint32(deps.randomBytes);
  const { botToken } = credential;
  const client = new AddressedClient(
    credential,
    (address) => new ILinkClient({ ...address, botToken }, { transport, random }),
  );
  return { client, transport };
}
