/** Which proxy an address is reached through, by the environment: the rules of undici's EnvHttpProxyAgent. */
export function proxyFor(url: URL, env: NodeJS.ProcessEnv): string | undefined {
  if (isExcepted(url, env.no_proxy ?? env.NO_PROXY ?? '')) return undefined;
  const forHttp = env.http_proxy ?? env.HTTP_PROXY;
  const forHttps = env.https_proxy ?? env.HTTPS_PROXY;
  // undici sends HTTPS through the proxy for HTTP when it has no other.
  const proxy = url.protocol === 'https:' ? forHttps || forHttp : forHttp;
  return proxy || undefined;
}

function isExcepted({ hostname, port, protocol }: URL, noProxy: string): boolean {
  if (noProxy.trim() === '*') return true;
  const entries = noProxy.split(/[,\s]+/).filter(Boolean);
  const effectivePort = port || (protocol === 'https:' ? '443' : '80');
  return entries.some((entry) => {
    const [, name = '', onlyPort] = /^(.+?)(?::(\d+))?$/.exec(entry) ?? [];
    if (onlyPort && onlyPort !== effectivePort) return false;
    const bare = name.replace(/^\*?\./, '').toLowerCase();
    const host = hostname.toLowerCase();
    // An entry is for the host and for what lies below it, with a dot or a star in front or without.
    return host.endsWith(`.${bare}`) || host === bare;
  });
}

const USABLE = new Set(['http:', 'https:', 'socks5:', 'socks:']);

/** Whether connections can go through this proxy. `127.0.0.1:7890` without http:// is the usual mistake. */
export function isUsableProxy(proxy: string): boolean {
  return URL.canParse(proxy) && USABLE.has(new URL(proxy).protocol);
}

/** What to do about one that is not usable. */
export const PROXY_NEXT =
  'HTTPS_PROXY and HTTP_PROXY have to be whole addresses, such as http://127.0.0.1:7890. Add weixin.qq.com to NO_PROXY to go without.';

/** A proxy's address without the name and password that may be in it. */
export function withoutSecrets(proxy: string): string {
  if (!URL.canParse(proxy)) return '(not an address)';
  const url = new URL(proxy);
  return `${url.protocol}//${url.host}`;
}
