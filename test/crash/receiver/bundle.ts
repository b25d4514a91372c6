import { join } from 'node:path';
import { build } from 'esbuild';

import type { BotLogin, Emulator } from '../../../emulator';
import type { ChildTask } from './child';

/** Makes the child one file of JavaScript in `folder`, so that it starts in a tenth of a second. @returns its path */
export async function bundleChild(folder: string): Promise<string> {
  const outfile = join(folder, 'child.cjs');
  await build({
    entryPoints: [join(__dirname, 'child.ts')],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    outfile,
    logLevel: 'error',
  });
  return outfile;
}

/** What a child needs to know: where its files are, and how it gets to the emulator. */
export function taskIn(
  folder: string,
  emulator: Emulator,
  login: BotLogin,
  acknowledge: ChildTask['acknowledge'],
): ChildTask {
  return {
    store: join(folder, 'wechat.sqlite'),
    ledger: join(folder, 'executions'),
    acknowledge,
    credential: {
      botToken: login.bot_token,
      ownerUserId: login.ilink_user_id,
      apiBaseUrl: emulator.apiUrl,
      cdnBaseUrl: emulator.cdnUrl,
    },
  };
}
