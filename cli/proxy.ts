export { proxyFor } from '../ilink/proxy';

const USABLE = new Set(['http:', 'https:', 'socks5:', 'socks:']);

/**
 * Whether connections can go through this proxy. `127.0.0.1:7890` without http:// is the usual mistake: it is taken for one that speaks
 * https, by n8n as well.
 *
 * @param proxy as `proxyFor` gives it
 */
export function isUsableProxy(proxy: string, env: NodeJS.ProcessEnv): boolean {
  const isAsGiven = Object.values(env).includes(proxy);
  return isAsGiven && URL.canParse(proxy) && USABLE.has(new URL(proxy).protocol);
}

/** A proxy's address without the name and password that may be in it. */
export function withoutSecrets(proxy: string): string {
  if (!URL.canParse(proxy)) return '(not an address)';
  const url = new URL(proxy);
  return `${url.protocol}//${url.host}`;
}
