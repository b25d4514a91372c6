import type { SendClaim, SendTerms } from './conversations';

/** What a claim looks at. */
export type Window = Pick<
  SendClaim,
  'lastInboundAt' | 'closedByServer' | 'contextToken' | 'login' | 'sentSince'
>;

/** Of somebody who has never written, and to whom nothing was sent. */
export const UNKNOWN: Window = {
  lastInboundAt: 0,
  closedByServer: false,
  contextToken: '',
  login: '',
  sentSince: 0,
};

/** Whether a message may go out. To somebody who has never written it may when it carries a token. */
export function isOpen(
  facts: Window & Pick<SendClaim, 'throttledUntil'>,
  { login, quota, openSince, hasToken }: SendTerms,
  now: number,
): boolean {
  const { lastInboundAt, closedByServer, contextToken, sentSince, throttledUntil } = facts;
  if (closedByServer || throttledUntil > now) return false;
  const isThisLogin = facts.login === '' || facts.login === login;
  if (lastInboundAt === 0) return hasToken || (isThisLogin && contextToken !== '');
  return isThisLogin && lastInboundAt > openSince && sentSince < quota;
}
