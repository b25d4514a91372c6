import type { ITriggerFunctions } from 'n8n-workflow';

import type { Typing } from '../../../bot/typing/typing';
import type { IncomingMessage } from '../../../ilink/incoming';
import { nodeLog, wordsOf } from '../texts';

/** Shows "typing…" to the sender of a message until the returned function is called. Never throws, never waits. */
export type ShowTyping = (message: IncomingMessage) => () => void;

/** An agent can think for minutes. Whoever needs longer can start it again in the workflow. */
const TIMEOUT_MS = 10 * 60_000;

/**
 * "Show Typing While the Workflow Runs". It is an ornament: a failure goes into the log, once until it works again, and
 * changes nothing about the message.
 */
export function typingFor(
  typing: Pick<Typing, 'keepAlive'>,
  logger: Pick<ITriggerFunctions['logger'], 'warn'>,
): ShowTyping {
  let said = false;
  const failed = (error: unknown): void => {
    if (said) return;
    said = true;
    logger.warn(nodeLog.typingNotShown(wordsOf(error)?.message));
  };
  return ({ fromUserId, contextToken }) => {
    if (fromUserId === undefined) return () => undefined;
    const token = contextToken === undefined ? {} : { contextToken };
    const hold = typing.keepAlive(fromUserId, { timeoutMs: TIMEOUT_MS, ...token });
    hold.shown.then(() => (said = false), failed);
    return hold.release;
  };
}
