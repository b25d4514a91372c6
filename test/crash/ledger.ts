import { existsSync, readFileSync } from 'node:fs';

import type { TriggerSettings } from '../../nodes/WeChat/trigger/settings';
import { readRows } from './read';

/** One execution that was asked for: under which key, and for which message. */
export interface Entry {
  key: string;
  text: string;
}

export interface Verdict {
  /**
   * Never kept: they were in a reply that a kill cut off. The server sends nothing twice and wants no acknowledgement, so
   * no client can get these back.
   */
  lostInReply: string[];
  /** Kept, or in a reply that was not cut off, and all the same without an execution. There must be none. */
  lostFromStore: string[];
  /** Messages that were offered again under the same key: n8n drops the second one. */
  dropped: number;
  /** Messages with more than one execution. */
  duplicates: number;
  /** Those of them with more executions than the kills explain. There must be none. */
  unexplained: number;
}

/**
 * How many executions of one message so many kills explain. *Taken* has one deduplication key for all attempts, so a second execution
 * is a fault; else each attempt has its own, and each kill may cut one off.
 */
export function mostExecutions(acknowledge: TriggerSettings['acknowledge'], kills: number): number {
  return acknowledge === 'taken' ? 1 : kills + 1;
}

/** Reads what was written line by line; a last line that a kill cut off is left out. */
export function readLedger(path: string): Entry[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as Entry);
}

/** The texts of all messages in a store. */
export function keptTexts(path: string): Set<string> {
  const rows = readRows<{ body: string }>(path, 'SELECT body FROM messages');
  // Pictures and files of other conversations have none.
  const textOf = (body: string): string[] => {
    const { item_list } = JSON.parse(body) as { item_list?: Array<{ text_item?: { text?: string } }> };
    const text = item_list?.[0]?.text_item?.text;
    return text === undefined ? [] : [text];
  };
  return new Set(rows.flatMap(({ body }) => textOf(body)));
}

/**
 * Compares what was written to the bot with what became an execution.
 *
 * @param kept the texts in the store
 * @param cut the texts in replies that a kill may have cut off
 * @param most executions of one message that kills explain: 1 where n8n has one key for all attempts
 */
export function judge(
  written: readonly string[],
  entries: readonly Entry[],
  kept: ReadonlySet<string>,
  cut: { has(text: string): boolean },
  most = 1,
): Verdict {
  const keys = new Map<string, Set<string>>();
  for (const { key, text } of entries) keys.set(text, (keys.get(text) ?? new Set()).add(key));
  const executions = [...keys.values()].reduce((sum, set) => sum + set.size, 0);
  const lost = written.filter((text) => !keys.has(text));
  const excused = (text: string): boolean => !kept.has(text) && cut.has(text);
  return {
    lostInReply: lost.filter(excused),
    lostFromStore: lost.filter((text) => !excused(text)),
    dropped: entries.length - executions,
    duplicates: [...keys.values()].filter((set) => set.size > 1).length,
    unexplained: [...keys.values()].filter((set) => set.size > most).length,
  };
}
