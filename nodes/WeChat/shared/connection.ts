import { isIP } from 'node:net';
import type { RequestHelperFunctions } from 'n8n-workflow';

import type { ConnectionRule } from '../../../ilink/connect';

/**
 * n8n's rule for outgoing connections, where the running n8n offers one (2.41 does). undici connects by itself, so the
 * rule has to be handed to it: names are checked when they are resolved, and plain addresses before they are used.
 */
export function egressRule(helpers: Partial<RequestHelperFunctions>): { rule?: ConnectionRule } {
  const filter = helpers.getSecureEgressFilter?.();
  if (!filter) return {};
  const guard = (url: URL): void => {
    const host = url.hostname.replace(/^\[|\]$/g, '');
    if (isIP(host) === 0) return;
    const verdict = filter.validateConnectionHost(host);
    if (!verdict.ok) throw verdict.error;
  };
  return { rule: { lookup: filter.createSecureLookup(), guard } };
}
