import type { LookupFunction } from 'node:net';
import type { Dispatcher, Pool } from 'undici';

import { ConnectionPool, type PoolOptions } from './connection-pool';
import { proxyFor } from './proxy';
import { undici } from './undici';

/** How connections are made. */
export interface DispatcherOptions {
  /** Resolves host names, and may refuse addresses. */
  lookup?: LookupFunction;
  /** Which addresses are reached without a proxy, whatever the environment says. */
  isDirect?: (url: URL) => boolean;
}

const CONNECT_TIMEOUT_MS = 10_000;
/** Below the 60 s after which common gateways close an idle connection, so that we rarely write into a closed one. */
const KEEP_ALIVE_MS = 30_000;
const MAX_CONNECTIONS = 64;

/**
 * The pooled keep-alive connections of one bot. Goes through the proxy that the environment names, by the rule of {@link proxyFor}:
 * https through a tunnel, plain http by asking the proxy for the whole address, and SOCKS proxies as well.
 * The limits on a whole request are the transport's business, so undici's own are off: its timers are too coarse for them.
 */
export function createDispatcher(options: DispatcherOptions = {}): Dispatcher {
  const pool = {
    connections: MAX_CONNECTIONS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    headersTimeout: 0,
    bodyTimeout: 0,
  };
  const connect = { timeout: CONNECT_TIMEOUT_MS, ...(options.lookup && { lookup: options.lookup }) };
  const { Agent } = undici();
  return new Agent({
    ...pool,
    connect,
    factory(origin, given) {
      const url = new URL(origin);
      const proxy = options.isDirect?.(url) ? undefined : proxyFor(url, process.env);
      if (proxy === undefined)
        return new ConnectionPool(origin, given as PoolOptions) as unknown as Dispatcher;
      // The administrator chose the proxy, which may be at an address that a rule forbids.
      return through(new URL(proxy), url, { ...pool, connect: { timeout: CONNECT_TIMEOUT_MS } });
    },
  });
}

function through(proxy: URL, origin: URL, options: Pool.Options): Dispatcher {
  if (origin.protocol === 'http:' && /^https?:$/.test(proxy.protocol)) return askingFor(proxy, options);
  return new (undici().ProxyAgent)({ uri: proxy.href, ...options });
}

/** Plain HTTP is not tunnelled, as many proxies allow that for https only: the request line has the whole address. */
function askingFor(proxy: URL, options: Pool.Options): Dispatcher {
  const { username, password, origin: proxyOrigin } = proxy;
  const login = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  const authorization = username && {
    'proxy-authorization': `Basic ${Buffer.from(login).toString('base64')}`,
  };
  return new (undici().Pool)(proxyOrigin, options).compose((dispatch) => (request, handler) => {
    const target = String(request.origin);
    const headers = { host: new URL(target).host, ...(request.headers as object), ...authorization };
    return dispatch({ ...request, origin: proxyOrigin, path: `${target}${request.path}`, headers }, handler);
  });
}
