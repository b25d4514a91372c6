import type { ILinkClient } from '../ilink/client';
import { ILinkError, ILinkNetworkError } from '../ilink/errors';
import type { BotCredential } from '../ilink/credential';

/** Where a bot is reached, and as which version of a client: what credentials with one token can say differently. */
export type Address = Pick<BotCredential, 'apiBaseUrl' | 'cdnBaseUrl' | 'clientVersion'>;

/** What one holder of the bot has in its credential. */
export interface Offer {
  /** The credential was edited. The newest edit counts, for everybody. */
  edit(address: Address): void;
  /** The holder is gone. */
  withdraw(): void;
}

/** The calls that a bot makes. */
export type Calls = Pick<
  ILinkClient,
  'getUpdates' | 'sendMessage' | 'getUploadUrl' | 'getConfig' | 'sendTyping' | 'notify'
>;

/** With these the server behind the address has not taken the call: it is not there, is another one, or knows no such token. */
const NOT_HERE: ReadonlySet<string> = new Set([
  'wrong_address',
  'access_denied',
  'login_needed',
  'unintelligible',
  'unreachable',
]);

/**
 * The client of one bot. There is one poll for one token, also where two credentials say different things about it, so one address
 * is in use: the one that was edited last, else the one that was there first. When that does not work and another one does, the
 * other one is used: a mistake in one credential must not break what works with another.
 */
export class AddressedClient implements Calls {
  /** In the order in which they are tried. */
  private offers: Address[] = [];
  private inUse: Address;
  private moved = new AbortController();
  /** The client for the address that was used last. */
  private connected: { address: Address; client: Calls } | undefined;

  /** @param first what is used until somebody offers something */
  constructor(
    first: Address,
    private readonly connect: (address: Address) => Calls,
  ) {
    this.inUse = first;
  }

  /** The address in use. */
  get current(): Address {
    return this.inUse;
  }

  /** Somebody holds the bot, with this address in the credential. */
  offer(first: Address): Offer {
    let mine = { ...first };
    this.offers.push(mine);
    // What is left of somebody who is gone counts for nothing beside somebody who is here.
    if (this.offers.length === 1) this.use(mine);
    const remove = (): void => void (this.offers = this.offers.filter((it) => it !== mine));
    return {
      edit: (address) => {
        if (isSame(address, mine)) return;
        remove();
        mine = { ...address };
        this.offers.unshift(mine);
        this.use(mine);
      },
      withdraw: () => {
        remove();
        const isLeft = this.offers.some((it) => isSame(it, this.inUse));
        // A poll that is on its way goes on: to end it could cost a message.
        if (!isLeft && this.offers.length > 0) this.inUse = this.offers[0]!;
      },
    };
  }

  /** Polls, and polls anew when the address has changed meanwhile. */
  async getUpdates(
    ...[cursor, holdMs, signal]: Parameters<Calls['getUpdates']>
  ): ReturnType<Calls['getUpdates']> {
    for (;;) {
      const { signal: moved } = this.moved;
      const either = signal ? AbortSignal.any([signal, moved]) : moved;
      try {
        return await this.anywhere((client) => client.getUpdates(cursor, holdMs, either));
      } catch (error) {
        if (!moved.aborted || signal?.aborted) throw error;
      }
    }
  }

  sendMessage(...call: Parameters<Calls['sendMessage']>): ReturnType<Calls['sendMessage']> {
    return this.anywhere((client) => client.sendMessage(...call));
  }

  getUploadUrl(...call: Parameters<Calls['getUploadUrl']>): ReturnType<Calls['getUploadUrl']> {
    return this.anywhere((client) => client.getUploadUrl(...call));
  }

  getConfig(...call: Parameters<Calls['getConfig']>): ReturnType<Calls['getConfig']> {
    return this.anywhere((client) => client.getConfig(...call));
  }

  sendTyping(...call: Parameters<Calls['sendTyping']>): ReturnType<Calls['sendTyping']> {
    return this.anywhere((client) => client.sendTyping(...call));
  }

  notify(...call: Parameters<Calls['notify']>): ReturnType<Calls['notify']> {
    return this.clientFor(this.inUse).notify(...call);
  }

  /** @throws the error of the address in use, unless another server says more */
  private async anywhere<Result>(call: (client: Calls) => Promise<Result>): Promise<Result> {
    const first = this.inUse;
    try {
      return await call(this.clientFor(first));
    } catch (error) {
      const others = isNotHere(error) ? this.othersThan(first) : [];
      for (const other of others) {
        const ending = await endingOf(() => call(this.clientFor(other)));
        if ('error' in ending && isNotHere(ending.error)) continue;
        if (this.inUse === first) this.inUse = other;
        if ('error' in ending) throw ending.error;
        return ending.result;
      }
      throw error;
    }
  }

  private clientFor(address: Address): Calls {
    if (this.connected?.address !== address) this.connected = { address, client: this.connect(address) };
    return this.connected.client;
  }

  private use(address: Address): void {
    if (isSame(address, this.inUse)) return;
    this.inUse = address;
    this.moved.abort();
    this.moved = new AbortController();
  }

  /** Those that say something else, each once. */
  private othersThan(address: Address): Address[] {
    const others: Address[] = [];
    for (const offer of this.offers)
      if (![address, ...others].some((it) => isSame(it, offer))) others.push(offer);
    return others;
  }
}

function isNotHere(error: unknown): boolean {
  if (!(error instanceof ILinkError) || !NOT_HERE.has(error.kind)) return false;
  return !(error instanceof ILinkNetworkError && error.mayHaveArrived);
}

async function endingOf<Result>(
  action: () => Promise<Result>,
): Promise<{ result: Result } | { error: unknown }> {
  try {
    return { result: await action() };
  } catch (error) {
    return { error };
  }
}

function isSame(one: Address, other: Address): boolean {
  return (
    one.apiBaseUrl === other.apiBaseUrl &&
    one.cdnBaseUrl === other.cdnBaseUrl &&
    one.clientVersion === other.clientVersion
  );
}
