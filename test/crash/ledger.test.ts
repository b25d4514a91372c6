import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';

import { SqliteStore } from '../../store/sqlite/sqlite-store';
import { removeTempFolders, tempFolder } from '../support/temp-folder';
import { judge, keptTexts, mostExecutions, readLedger, type Entry } from './ledger';

const entry = (text: string, key = `key of ${text}`): Entry => ({ key, text });

afterAll(removeTempFolders);

describe('judge', () => {
  it('finds nothing wrong when every message has one execution', () => {
    const verdict = judge(['a', 'b'], [entry('a'), entry('b')], new Set(['a', 'b']), new Set());
    expect(verdict).toEqual({
      lostInReply: [],
      lostFromStore: [],
      dropped: 0,
      duplicates: 0,
      unexplained: 0,
    });
  });

  it('counts a message as lost in the reply only if it was never kept and its reply was cut', () => {
    const { lostInReply, lostFromStore } = judge(['a', 'b'], [], new Set(), new Set(['a']));
    expect(lostInReply).toEqual(['a']);
    expect(lostFromStore).toEqual(['b']);
  });

  it('blames the store for a message that was kept, also when its reply was cut', () => {
    expect(judge(['a'], [], new Set(['a']), new Set(['a'])).lostFromStore).toEqual(['a']);
  });

  it('takes the same key twice for one execution, and two keys for a duplicate', () => {
    const entries = [entry('a', '1'), entry('a', '1'), entry('b', '2'), entry('b', '3'), entry('b', '3')];
    const verdict = judge(['a', 'b'], entries, new Set(['a', 'b']), new Set());
    expect(verdict).toMatchObject({ dropped: 2, duplicates: 1, unexplained: 1 });
  });

  it('calls a duplicate unexplained when no kill can be its reason', () => {
    const entries = [entry('a', '1'), entry('a', '2'), entry('b', '1'), entry('b', '2'), entry('b', '3')];
    const unexplained = (most: number) => judge(['a', 'b'], entries, new Set(), new Set(), most).unexplained;
    expect([1, 2, 3].map(unexplained)).toEqual([2, 1, 0]);
    expect([mostExecutions('taken', 7), mostExecutions('finished', 7)]).toEqual([1, 8]);
  });

  it('accounts for every message without an execution exactly once', () => {
    const texts = fc.uniqueArray(fc.string());
    fc.assert(
      fc.property(texts, texts, texts, texts, (written, executed, kept, cut) => {
        const { lostInReply, lostFromStore } = judge(
          written,
          executed.map((text) => entry(text)),
          new Set(kept),
          new Set(cut),
        );
        const missing = written.filter((text) => !executed.includes(text));
        expect([...lostInReply, ...lostFromStore].sort()).toEqual(missing.sort());
      }),
    );
  });
});

describe('readLedger', () => {
  it('has no entries when no process has come so far', () => {
    expect(readLedger(join(tempFolder(), 'none'))).toEqual([]);
  });

  it('leaves out a last line that a kill cut off', () => {
    const path = join(tempFolder(), 'ledger');
    writeFileSync(
      path,
      `${JSON.stringify(entry('a'))}\n${JSON.stringify(entry('b'))}\n{"key":"key of c","te`,
    );
    expect(readLedger(path)).toEqual([entry('a'), entry('b')]);
  });
});

describe('keptTexts', () => {
  it('reads the texts of all messages out of a store that is in use', async () => {
    const path = join(tempFolder(), 'wechat.sqlite');
    const store = SqliteStore.open(path, 0, () => undefined);
    const message = (text: string) => ({
      body: JSON.stringify({ item_list: [{ type: 1, text_item: { text } }] }),
      userId: 'u',
      keys: [],
    });
    const messages = [message('first'), message('zweite „Nachricht“')];
    await store.inbox.receive({
      bot: 'b',
      connection: 'c',
      receivedAt: 1,
      sleepersSince: 0,
      login: 'login',
      messages,
    });
    expect(keptTexts(path)).toEqual(new Set(['first', 'zweite „Nachricht“']));
    await store.close();
  });
});
