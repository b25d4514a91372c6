import type { Exchange } from './exchange';
import type { Connection } from './mailbox';
import type { Settings } from './settings';
import type { Answer, World } from './world';

const GATEWAY_PAGE =
  '<!DOCTYPE html><html><head><title>524: A timeout occurred</title></head><body>cloudflare</body></html>';

/** The page of a gateway, for example with 502 or 524. */
export function gatewayAnswer(status: number, body: string, outcome: string): Answer {
  return { status, headers: { 'Content-Type': 'text/html' }, body, outcome };
}

/** The server's end behind a gateway. It closes with the client's end until the gateway has given the request up. */
class OriginConnection implements Connection {
  dead = false;
  private cut = false;

  constructor(private readonly client: Connection) {}

  private readonly listeners = new Set<() => void>();

  get closed(): boolean {
    return this.cut || (!this.dead && this.client.closed);
  }

  onClose(ended: () => void): () => void {
    const tell = () => this.dead || ended();
    const stopWatching = this.client.onClose(tell);
    this.listeners.add(ended);
    return () => {
      stopWatching();
      this.listeners.delete(ended);
    };
  }

  /** The gateway has answered the client. The request stays here as it is, or its connection is closed. */
  giveUp(origin: Settings['gatewayOrigin']): void {
    if (origin === 'open') {
      this.dead = true;
      return;
    }
    this.cut = true;
    for (const ended of [...this.listeners]) ended();
  }
}

/**
 * Lets a request through the gateway that the settings put in front of this host. What has no answer after `gatewayCutMs` is
 * answered 524 by the gateway, while the server may go on holding it: messages that come then are gone.
 */
export async function throughGateway<E>(
  world: World,
  settings: Settings,
  host: string,
  exchange: Exchange,
  serveBehind: (exchange: Exchange) => Promise<E>,
): Promise<E | Answer> {
  const { gatewayCutMs, gatewayOrigin, gatewayHost } = settings;
  const inFront = gatewayHost === 'both' ? host === 'api' || host === 'second' : host === gatewayHost;
  if (gatewayCutMs === 0 || !inFront) return serveBehind(exchange);
  const origin = new OriginConnection(exchange.connection);
  let stopAlarm = () => {};
  const cut = new Promise<Answer>((resolve) => {
    stopAlarm = world.clock.in(gatewayCutMs, () => {
      origin.giveUp(gatewayOrigin);
      resolve(gatewayAnswer(524, GATEWAY_PAGE, 'gateway 524'));
    });
  });
  const served = serveBehind({ ...exchange, connection: origin });
  try {
    return await Promise.race([served, cut]);
  } finally {
    stopAlarm();
    // Whatever becomes of it behind the gateway, nobody is told.
    served.catch(() => {});
  }
}
