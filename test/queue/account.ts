import type { SeenMessage } from '../../emulator';
import type { ExecutionRow } from '../crash/n8n/executions';

/** What was asked of the bot, and what came of it. */
export interface Evidence {
  /** All texts that people wrote, in their order. */
  written: readonly string[];
  /** Those that a kill may have taken: they were in a reply that nobody may have read to its end. */
  cut: ReadonlySet<string>;
  /** What the store has kept. */
  kept: ReadonlySet<string>;
  executions: readonly ExecutionRow[];
  /** The texts that were to be sent, and what the workflow said of each. */
  sends: ReadonlyMap<string, string>;
  /** The chats of all people, each with the bot. */
  chats: ReadonlyArray<readonly SeenMessage[]>;
  quota: number;
}

export interface Account {
  written: number;
  lostInCutReply: number;
  /** Neither in a cut reply nor with an execution. There must be none. */
  lost: string[];
  /** With more than one execution. There must be none. */
  executedTwice: string[];
  /** With an execution that n8n did not end, or that was cut off before it answered. */
  unanswered: number;
  byStatus: Record<string, number>;
  sends: number;
  /** Of the sends, those of which the workflow said that all is well. */
  sendsSaid: number;
  /** It was said that it is sent or waits, and it never came. There must be none. */
  sendsLost: string[];
  /** A text that the phone shows twice. There must be none. */
  shownTwice: string[];
  /** More than the quota between two messages of the person. There must be none. */
  overQuota: number;
}

export function accountOf(evidence: Evidence): Account {
  const { written, cut, kept, executions, sends, chats, quota } = evidence;
  const runs = countOf(executions.map(({ text }) => text).filter((text) => text !== ''));
  const shown = countOf(chats.flatMap(linesOf));
  const missing = written.filter((text) => !runs.has(text));
  const isExcused = (text: string): boolean => cut.has(text) && !kept.has(text);
  const said = [...sends].filter(([, outcome]) => outcome === 'ok').map(([text]) => text);
  return {
    written: written.length,
    lostInCutReply: missing.filter(isExcused).length,
    lost: missing.filter((text) => !isExcused(text)),
    executedTwice: moreThanOnce(runs),
    unanswered: written.filter((text) => runs.has(text) && !shown.has(`re: ${text}`)).length,
    byStatus: Object.fromEntries(countOf(executions.map(({ status }) => status))),
    sends: sends.size,
    sendsSaid: said.length,
    sendsLost: said.filter((text) => !shown.has(text)),
    shownTwice: moreThanOnce(shown),
    overQuota: chats.reduce((sum, chat) => sum + overQuota(chat, quota), 0),
  };
}

/** Everything in an account that must not be, as sentences. */
export function complaintsOf(account: Account): string[] {
  const { lost, executedTwice, sendsLost, shownTwice, overQuota: tooMany } = account;
  const list = (texts: string[]): string => `${texts.length}: ${texts.slice(0, 10).join(', ')}`;
  return [
    ...(lost.length > 0 ? [`Messages were lost, ${list(lost)}`] : []),
    ...(executedTwice.length > 0 ? [`Messages were executed twice, ${list(executedTwice)}`] : []),
    ...(sendsLost.length > 0 ? [`Sends never came, ${list(sendsLost)}`] : []),
    ...(shownTwice.length > 0 ? [`Texts came twice, ${list(shownTwice)}`] : []),
    ...(tooMany > 0 ? [`${tooMany} messages went out above the quota`] : []),
  ];
}

/** Texts that waited go out together, with an empty line between them. */
function linesOf(chat: readonly SeenMessage[]): string[] {
  return chat.filter(({ from }) => from === 'bot').flatMap(({ text }) => (text ?? '').split('\n\n'));
}

function overQuota(chat: readonly SeenMessage[], quota: number): number {
  let since = 0;
  let tooMany = 0;
  for (const { from } of chat) {
    if (from === 'user') since = 0;
    else if (++since > quota) tooMany += 1;
  }
  return tooMany;
}

function countOf(values: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

function moreThanOnce(counts: ReadonlyMap<string, number>): string[] {
  return [...counts].filter(([, count]) => count > 1).map(([value]) => value);
}
