/**
 * Tencent's domains, in this one place. A login is followed to them and to their subdomains, over HTTPS and nowhere else:
 * whoever answers the status poll hands out the token, and `baseurl` decides where it is sent from then on.
 */
const TENCENT_DOMAINS = ['weixin.qq.com', 'wechat.com'];

/**
 * The base address for a host that the server named, or undefined when it must not be followed.
 *
 * Besides Tencent's hosts only the configured API base's own host is trusted, on any port and with its own scheme: who set an
 * emulator or a proxy of their own as the API base trusts that machine already.
 *
 * @param named `redirect_host` (`host` or `host:port`) or `baseurl` (a URL, sometimes without a scheme)
 * @param apiBaseUrl the API base that the login was configured with
 */
export function trustedBaseUrl(named: string, apiBaseUrl: string): string | undefined {
  const text = named.trim();
  const withScheme = /^https?:\/\//i.test(text) ? text : `https://${text}`;
  if (text === '' || !URL.canParse(withScheme)) return undefined;
  const url = new URL(withScheme);
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') return undefined;
  const path = url.pathname.replace(/\/+$/, '');
  if (isTencentHost(url.hostname)) return url.port === '' ? `https://${url.hostname}${path}` : undefined;
  const own = new URL(apiBaseUrl);
  return url.hostname === own.hostname ? `${own.protocol}//${url.host}${path}` : undefined;
}

/** Whether the host is Tencent's: one of its domains or below one. */
export function isTencentHost(hostname: string): boolean {
  const host = hostname.toLowerCase();
  return TENCENT_DOMAINS.some((domain) => host === domain || host.endsWith(`.${domain}`));
}
