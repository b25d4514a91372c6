const DEFAULT_PORTS: Record<string, number> = { 'http:': 80, 'https:': 443 };

/**
 * Which proxy an address is reached through, by the environment: the rule of the package `proxy-from-env` 1.1,
 * which many programs share. Names count in small and in capital letters, the small ones first, and an empty value counts as none.
 *
 * - `HTTPS_PROXY` is for https, `HTTP_PROXY` for http, `ALL_PROXY` for what has none of its own; npm's settings go first.
 * - `NO_PROXY` has hosts, separated by commas or white space, each with a port if it is to count for that port only. A name is
 *   for that host alone; with a dot or a star in front it is for all that end like it.
 *
 * @returns the address of the proxy; undefined when there is none. Without a scheme of its own it has that of `url`, as there.
 */
export function proxyFor(url: URL, env: NodeJS.ProcessEnv): string | undefined {
  const { protocol, hostname } = url;
  const scheme = protocol.slice(0, -1);
  const port = Number(url.port) || DEFAULT_PORTS[protocol] || 0;
  if (isExcepted(hostname, port, env)) return undefined;
  const proxy =
    valueOf(env, `npm_config_${scheme}_proxy`) ||
    valueOf(env, `${scheme}_proxy`) ||
    valueOf(env, 'npm_config_proxy') ||
    valueOf(env, 'all_proxy');
  if (!proxy) return undefined;
  return proxy.includes('://') ? proxy : `${scheme}://${proxy}`;
}

function isExcepted(hostname: string, port: number, env: NodeJS.ProcessEnv): boolean {
  const list = (valueOf(env, 'npm_config_no_proxy') || valueOf(env, 'no_proxy')).toLowerCase();
  if (list === '*') return true;
  return list
    .split(/[,\s]/)
    .filter(Boolean)
    .some((entry) => {
      const [, name = entry, onlyPort] = /^(.+):(\d+)$/.exec(entry) ?? [];
      if (Number(onlyPort) && Number(onlyPort) !== port) return false;
      if (!/^[.*]/.test(name)) return hostname === name;
      return hostname.endsWith(name.replace(/^\*/, ''));
    });
}

function valueOf(env: NodeJS.ProcessEnv, name: string): string {
  return env[name.toLowerCase()] || env[name.toUpperCase()] || '';
}
