import { ILinkError } from '../ilink/errors';
import type { Health } from './receive/health';
import type { WaitReason } from './send/wait-reasons';

/** A fault that passes within this is no news for what waits. */
const LASTS_MS = 60_000;

/**
 * What the poll says of everything that waits to be sent, whatever the conversations would allow.
 *
 * @param now milliseconds since 1970
 * @returns why nothing can go out; `none` when the server has just answered; nothing when that is not known
 */
export function troubleOf({ state, since, error }: Health, now: number): WaitReason | 'none' | undefined {
  switch (state) {
    case 'connected':
      return 'none';
    case 'login_needed':
    case 'taken_over':
      return 'token_refused';
    case 'retrying': {
      if (now - since < LASTS_MS) return undefined;
      const isDenied = error instanceof ILinkError && error.kind === 'access_denied';
      return isDenied ? 'token_refused' : 'server_unreachable';
    }
    default:
      return undefined;
  }
}
