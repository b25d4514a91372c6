import { textIn } from '../json';
import type { CdnMedia } from '../wire';

/**
 * Tencent's hosts on which media of messages were seen. Nothing else is contacted for the reference in a message, besides the
 * hosts of the credential and what the user adds: a reference comes from outside, and whoever can write one must not make
 * this machine call addresses of their choice. `*.` stands for any names in front.
 */
export const MEDIA_HOSTS: readonly string[] = [
  '*.cdn.weixin.qq.com',
  'ilinkai.weixin.qq.com',
  'ilinkai.wechat.com',
  'mmbiz.qlogo.cn',
  'mmbiz.qpic.cn',
  'res.wx.qq.com',
  'thirdwx.qlogo.cn',
  'wx.qlogo.cn',
];

/** Which hosts files may be fetched from, and where a file is. */
export class MediaHosts {
  private readonly own: ReadonlySet<string>;
  private readonly patterns: readonly string[];

  /**
   * @param base the addresses of the credential; their hosts are allowed with exactly their ports
   * @param more hosts that the user adds: `files.example.com`, `files.example.com:8443`, `*.example.com`, or an address
   */
  constructor(
    private readonly base: { cdnBaseUrl: string; apiBaseUrl: string },
    more: readonly string[] = [],
  ) {
    this.own = new Set([base.cdnBaseUrl, base.apiBaseUrl].map((url) => new URL(url).host));
    this.patterns = [...MEDIA_HOSTS, ...more.map(hostIn).filter((host) => host !== '')];
  }

  /** Whether a file may be fetched from there. */
  allows(url: URL): boolean {
    const isWeb = url.protocol === 'https:' || url.protocol === 'http:';
    if (!isWeb || url.username !== '' || url.password !== '') return false;
    return this.own.has(url.host) || this.patterns.some((pattern) => matches(url.host, pattern));
  }

  /**
   * Where a file is: the address that the server gave, if it may be used, else the one made of its parameter.
   *
   * @returns `none` when the reference has neither, `foreign` when it only has an address that may not be used
   */
  addressOf({ full_url, encrypt_query_param }: CdnMedia): URL | 'none' | 'foreign' {
    const full = textIn(full_url)?.trim() ?? '';
    const given = URL.canParse(full) ? new URL(full) : undefined;
    if (given && this.allows(given)) return given;
    const param = textIn(encrypt_query_param)?.trim();
    if (param) return this.addressOfParam(param);
    return given ? 'foreign' : 'none';
  }

  private addressOfParam(param: string): URL {
    const url = new URL(`${this.base.cdnBaseUrl.replace(/\/+$/, '')}/download`);
    url.searchParams.set('encrypted_query_param', param);
    return url;
  }
}

/** The host in what somebody typed: also out of a whole address. */
function hostIn(typed: string): string {
  const text = typed.trim().toLowerCase();
  return URL.canParse(text) && text.includes('://') ? new URL(text).host : text.replace(/\/.*$/, '');
}

function matches(host: string, pattern: string): boolean {
  return pattern.startsWith('*.') ? host.endsWith(pattern.slice(1)) : host === pattern;
}
