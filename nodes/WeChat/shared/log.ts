import { LoggerProxy } from 'n8n-workflow';

import { redact } from '../../../ilink/redact';
import { logLine, wordsOf, type LogEvent } from '../texts';

/** A line in n8n's log, without secrets. @param error why, when there is more to it than `event` says */
export function report(event: LogEvent, error?: unknown): void {
  const reason =
    error === undefined
      ? ''
      : ` (${redact(wordsOf(error)?.message ?? (error instanceof Error ? error.message : String(error)))})`;
  LoggerProxy.error(`WeChat: ${logLine(event)}${reason}`);
}
