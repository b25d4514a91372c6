import type { LookupFunction } from 'node:net';
import { Agent, EnvHttpProxyAgent, type Dispatcher } from 'undici';

/** How connections are made. */
export interface DispatcherOptions {
  /** Resolves host names, and may refuse addresses: n8n's egress rule where the running n8n offers one. */
  lookup?: LookupFunction;
}

const CONNECT_TIMEOUT_MS = 10_000;
/** Below the 60 s after which common gateways close an idle connection, so that we rarely write into a closed one. */
const KEEP_ALIVE_MS = 30_000;
const MAX_CONNECTIONS = 64;

/**
 * The pooled keep-alive connections of one bot. Honours HTTP_PROXY, HTTPS_PROXY and NO_PROXY as n8n's own helpers do.
 * The limits on a whole request are the transport's business, so undici's own are off: its timers are too coarse for them.
 */
export function createDispatcher(options: DispatcherOptions = {}): Dispatcher {
  const pool = {
    connections: MAX_CONNECTIONS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: { timeout: CONNECT_TIMEOUT_MS, ...(options.lookup && { lookup: options.lookup }) },
  };
  const { env } = process;
  const isProxied = [env.http_proxy, env.HTTP_PROXY, env.https_proxy, env.HTTPS_PROXY].some(Boolean);
  if (!isProxied) return new Agent(pool);
  // Read once: left to itself it reads the environment for every request.
  return new EnvHttpProxyAgent({ ...pool, noProxy: env.no_proxy ?? env.NO_PROXY ?? '' });
}
