/** Prints how much memory a process of ours takes with few and with many idle bots. argv: JSON {folder, credentials}. */
import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { readCredential } from '../../nodes/WeChat/shared/credential';
import { registryIn } from '../folder';
import { settledMemory } from './memory';

interface Task {
  folder: string;
  credentials: ICredentialDataDecryptedObject[];
}

process.once('message', (task: Task) => void measure(task));

async function measure({ folder, credentials }: Task): Promise<void> {
  const registry = registryIn(folder);
  const memory = await registry.memory();
  const listen = (data: ICredentialDataDecryptedObject): void => {
    const { bot } = registry.retain(readCredential(data));
    void memory.store.inbox.subscribe(`bench:${bot.key}`, bot.key);
    memory.deliveries(`bench:${bot.key}`).resume({
      order: 'parallel',
      concurrency: 100,
      retryDelayMs: 60_000,
      countsStarts: false,
      handle: async () => 'done',
    });
    bot.receiver.listen({ onArrival: () => undefined });
  };
  // The first few bring in what all share: undici, SQLite, compiled code.
  const few = credentials.slice(0, 20);
  few.forEach(listen);
  const before = await settledMemory();
  const many = credentials.slice(20);
  many.forEach(listen);
  const after = await settledMemory();
  process.send!({
    bots: many.length,
    residentBytes: after.resident - before.resident,
    heapBytes: after.heap - before.heap,
    externalBytes: after.external - before.external,
  });
}
