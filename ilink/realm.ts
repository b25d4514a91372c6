import { isTencentHost } from './hosts';

/** Whom Tencent's servers speak for. */
export const TENCENT_REALM = 'tencent';

/**
 * Names whom a server speaks for: what it says about a user is true of its own users only, and anybody can have a server of his
 * own that says what he likes. Tencent's API hosts are one realm, because a login leads from one to another. Every other address
 * is a realm of its own, however it is written. Tencent's media hosts are not meant: what they answer with, a user has uploaded.
 *
 * @param apiBaseUrl a web address
 */
export function realmOf(apiBaseUrl: string): string {
  const url = new URL(apiBaseUrl);
  const path = url.pathname.replace(/\/+$/, '');
  const isBare =
    path === '' && url.search === '' && url.hash === '' && url.port === '' && url.username === '';
  if (isBare && url.protocol === 'https:' && isTencentApi(url.hostname)) return TENCENT_REALM;
  return `${url.protocol}//${url.host}${path}${url.search}`;
}

/** Whether what `realm` says of a user holds for the users of all these servers. */
export function speaksForAll(realm: string, servers: readonly string[]): boolean {
  if (realm === TENCENT_REALM) return true;
  return servers.length > 0 && servers.every((url) => URL.canParse(url) && realmOf(url) === realm);
}

function isTencentApi(hostname: string): boolean {
  return isTencentHost(hostname) && !hostname.split('.').includes('cdn');
}
