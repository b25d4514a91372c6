import { subscribe } from 'node:diagnostics_channel';
import { appendFileSync } from 'node:fs';

import { ILinkClient } from '../../../ilink/client';
import { Database } from '../../../store/sqlite/database';
import { SqliteInbox } from '../../../store/sqlite/inbox';

/** The steps from the reply's first byte to the acknowledgement, in their order. */
export const STEPS = [
  'first byte',
  'reply parsed',
  'message inserted',
  'before the commit',
  'after the commit',
  'before the emit',
  'after the emit',
  'before the acknowledgement',
  'after the acknowledgement',
] as const;
/** A kill at one of these cannot have cut a reply off: all of it was kept. */
export const KEPT_STEPS: ReadonlySet<string> = new Set(STEPS.slice(STEPS.indexOf('after the commit')));
export type Step = (typeof STEPS)[number];

/** Dies at the given passing of a step. */
export interface Aim {
  step: Step;
  /** From 1. */
  passing: number;
}

/** Told whenever the process passes a step. */
export type Hook = (step: Step) => void;

/** How long one reply was at risk: from its first byte to the commit. One line of JSON in the file of the timings. */
export interface Timing {
  messages: number;
  atRiskMs: number;
}

/** Puts itself around the code under test, without a trace of it in there. */
export function watch(reached: Hook): void {
  watchReply(reached);
  watchStore(reached);
}

/** Kills the process at the step: SIGKILL, so nothing can be tidied up. */
export function killer({ step, passing }: Aim): Hook {
  let left = passing;
  return (here) => {
    if (here === step && --left === 0) process.kill(process.pid, 'SIGKILL');
  };
}

/** Writes down how long each reply with messages was at risk. */
export function stopwatch(path: string): Hook {
  let startedAt = 0;
  let messages = 0;
  return (here) => {
    if (here === 'first byte') {
      startedAt = performance.now();
      messages = 0;
    } else if (here === 'message inserted') messages++;
    else if (here === 'after the commit') {
      const timing: Timing = { messages, atRiskMs: performance.now() - startedAt };
      appendFileSync(path, `${JSON.stringify(timing)}\n`);
    }
  };
}

function watchReply(reached: Hook): void {
  subscribe('undici:request:headers', (event) => {
    const { request } = event as { request: { path: string } };
    if (request.path.endsWith('getupdates')) reached('first byte');
  });
  const { getUpdates } = ILinkClient.prototype;
  ILinkClient.prototype.getUpdates = async function (...args) {
    const updates = await getUpdates.apply(this, args);
    if (updates.messages.length > 0) reached('reply parsed');
    return updates;
  };
}

function watchStore(reached: Hook): void {
  const { run } = Database.prototype;
  let inserted = false;
  Database.prototype.run = function (sql, ...values) {
    if (sql.startsWith('DELETE FROM deliveries WHERE subscriber')) reached('before the acknowledgement');
    if (sql === 'COMMIT' && inserted) reached('before the commit');
    const result = run.call(this, sql, ...values);
    if (sql.startsWith('INSERT INTO messages')) {
      inserted = true;
      reached('message inserted');
    }
    if (sql === 'COMMIT' && inserted) {
      inserted = false;
      reached('after the commit');
    }
    return result;
  };
  const { handedOver } = SqliteInbox.prototype;
  SqliteInbox.prototype.handedOver = async function (...args) {
    await handedOver.apply(this, args);
    reached('after the acknowledgement');
  };
}
