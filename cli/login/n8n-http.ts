import { createDispatcher } from '../../ilink/dispatcher';
import type { Send } from '../../n8n-api/client';
import { ApiError } from '../../n8n-api/error';
import { LOGIN } from '../texts';

const TIMEOUT_MS = 15_000;

/** Carries requests to an n8n, until it is closed. */
export interface N8nConnection {
  send: Send;
  close(): Promise<void>;
}

/** @param signal ends what is under way, with its reason */
export function connectToN8n(signal: AbortSignal): N8nConnection {
  // Proxies are for the way out; an n8n on this machine is not reached through one.
  const dispatcher = createDispatcher({ isDirect: ({ hostname }) => isLoopback(hostname) });
  return {
    async send({ method, url, headers, body }) {
      const { origin, pathname, search } = new URL(url);
      try {
        const answer = await dispatcher.request({
          origin,
          path: `${pathname}${search}`,
          method,
          headers: { ...headers, Accept: 'application/json', 'Content-Type': 'application/json' },
          body: body === undefined ? null : JSON.stringify(body),
          signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
        });
        return { status: answer.statusCode, body: parsed(await answer.body.text()) };
      } catch (error) {
        signal.throwIfAborted();
        throw new ApiError('api_unreachable', { reason: reasonOf(error) });
      }
    },
    close: () => dispatcher.destroy(),
  };
}

/** Never a message: it could repeat what was sent. */
function reasonOf(error: unknown): string {
  const { code, name } = Object(error) as { code?: unknown; name?: unknown };
  if (name === 'TimeoutError') return LOGIN.noAnswerInTime;
  return typeof code === 'string' ? code : String(name);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\./.test(hostname);
}
