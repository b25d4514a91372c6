import { LoggerProxy } from 'n8n-workflow';

import { redact } from '../../../ilink/redact';

/** A line in n8n's log, without secrets. @param error what went wrong, when there is more to it than `what` says */
export function report(what: string, error?: unknown): void {
  const reason =
    error === undefined ? '' : ` (${redact(error instanceof Error ? error.message : String(error))})`;
  LoggerProxy.error(`WeChat: ${what}${reason}`);
}
