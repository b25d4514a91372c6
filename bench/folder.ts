import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { BotRegistry } from '../bot/registry';
import { SqliteStore } from '../store/sqlite/sqlite-store';

/** Runs `action` with a folder that is gone afterwards. */
export async function withFolder<Result>(action: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'wechat-ilink-bench-'));
  try {
    return await action(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A registry as n8n's process has it, with its store in `folder`. */
export function registryIn(folder: string): BotRegistry {
  return new BotRegistry({
    openStore: () =>
      SqliteStore.openInTurn(
        { path: join(folder, 'wechat.sqlite'), now: Date.now, onSetAside: () => undefined },
        () => undefined,
      ),
    keep: { days: 7, messages: 20_000 },
    report: ({ code }, error) => process.stderr.write(`${code} ${String(error ?? '')}\n`),
  });
}
