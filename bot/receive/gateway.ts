/** Where is remembered after what time a gateway in front of a host ends polls. Milliseconds. */
export interface GatewayMemory {
  read(): Promise<number | undefined>;
  /** @param isCertain else it is remembered for some minutes only */
  write(cutMs: number, isCertain: boolean): Promise<void>;
}

/** Hosts that are known to stand behind a gateway: the international one ends polls with HTTP 524 after about 16 s. */
const KNOWN_CUTS_MS: ReadonlyMap<string, number> = new Map([['ilinkai.wechat.com', 16_000]]);

/** How long before the gateway we ask again: an answer that is on its way then still arrives. */
const MARGIN = { part: 0.2, least: 100, most: 2_000 };
/** Connections break after any time; when two break after the same, something counts the time. */
const SAME_PART = 0.2;
/** Sooner than this nothing was held that could be cut. */
const LEAST_CUT_MS = 500;
/**
 * Gateways give a request more time than this before they end it. A server in trouble answers 504 or 524 after any time: one such
 * answer must not make every poll short for a month, because each poll that we end may cost an answer that is on its way.
 */
const USUAL_CUT_MS = 5_000;

/**
 * What is known of a gateway in front of the server that ends polls before the server does. It may leave the poll behind it
 * open, and the server gives the next message to that one, which nobody reads any more. A poll that we end ourselves closes the
 * connection and so the poll behind it: so we ask again before the gateway ends it.
 */
export class Gateway {
  private readonly always: number | undefined;
  /** What could not be remembered. */
  private unwritten: number | undefined;
  private lastMs: number | undefined;

  /** @param host as it stands in the API's address */
  constructor(
    host: string,
    private readonly memory: GatewayMemory,
  ) {
    this.always = KNOWN_CUTS_MS.get(host.toLowerCase());
  }

  /**
   * After how long a poll is to be ended by us; nothing when the server ends it. Never fails. Looks each time, because another bot at
   * this host, or another process, may have learnt it meanwhile.
   */
  async askAgainMs(): Promise<number | undefined> {
    const known = await this.memory.read().catch(() => undefined);
    const cutMs = Math.min(known ?? this.unwritten ?? Infinity, this.always ?? Infinity);
    return cutMs === Infinity ? undefined : cutMs - marginOf(cutMs);
  }

  /**
   * A poll was ended from outside after `elapsedMs`. Never fails.
   *
   * @param how a gateway said so with its status, or the connection broke
   */
  async ended(elapsedMs: number, how: 'by_gateway' | 'broken'): Promise<void> {
    if (elapsedMs < LEAST_CUT_MS) return;
    const before = this.lastMs;
    this.lastMs = elapsedMs;
    const isRegular = before !== undefined && Math.abs(before - elapsedMs) <= SAME_PART * before;
    if (how === 'broken' && !isRegular) return;
    const known = await this.memory.read().catch(() => this.unwritten);
    const cutMs = isRegular ? Math.min(elapsedMs, before) : elapsedMs;
    if (known !== undefined && known <= cutMs) return;
    await this.memory.write(cutMs, isRegular || elapsedMs >= USUAL_CUT_MS).then(
      () => (this.unwritten = undefined),
      () => (this.unwritten = cutMs),
    );
  }
}

function marginOf(cutMs: number): number {
  return Math.min(MARGIN.most, Math.max(MARGIN.least, MARGIN.part * cutMs));
}

/** The gateways of the hosts at which a bot is reached, which change when its credential is edited. */
export class Gateways {
  private readonly byHost = new Map<string, Gateway>();

  constructor(
    private readonly hostNow: () => string,
    private readonly memoryFor: (host: string) => GatewayMemory,
  ) {}

  /** See {@link Gateway.askAgainMs}. */
  askAgainMs(): Promise<number | undefined> {
    return this.current.askAgainMs();
  }

  /** See {@link Gateway.ended}. */
  ended(...how: Parameters<Gateway['ended']>): Promise<void> {
    return this.current.ended(...how);
  }

  private get current(): Gateway {
    const host = this.hostNow();
    const gateway = this.byHost.get(host) ?? new Gateway(host, this.memoryFor(host));
    this.byHost.set(host, gateway);
    return gateway;
  }
}
