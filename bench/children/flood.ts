/**
 * Receives messages as the trigger does, and tells how many per second it stored, and how its memory did over the way.
 * The first message of the parent is the task, every further one asks for the memory.
 */
import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { readCredential } from '../../nodes/WeChat/shared/credential';
import { registryIn } from '../folder';
import { settledMemory } from './memory';

interface Task {
  folder: string;
  credential: ICredentialDataDecryptedObject;
}

process.once('message', (task: Task) => void receive(task));

async function receive({ folder, credential }: Task): Promise<void> {
  const registry = registryIn(folder);
  const memory = await registry.memory();
  const { bot } = registry.retain(readCredential(credential));
  let taken = 0;
  await memory.store.inbox.subscribe('bench', bot.key);
  const deliveries = memory.deliveries('bench');
  deliveries.resume({
    order: 'perUser',
    concurrency: 100,
    retryDelayMs: 60_000,
    countsStarts: false,
    handle: async () => {
      taken++;
      return 'done';
    },
  });
  bot.receiver.listen({ onArrival: () => deliveries.wake() });
  process.on('message', (ask: { until: number }) => {
    const look = (): void => {
      if (taken < ask.until) return void setTimeout(look, 1);
      const at = Date.now();
      void settledMemory().then((settled) => process.send!({ at, taken, ...settled }));
    };
    look();
  });
  process.send!({ ready: true });
}
