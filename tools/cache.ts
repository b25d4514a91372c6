import { homedir } from 'node:os';
import { join } from 'node:path';

const FOLDER = 'n8n-nodes-wechat-ilink';

/** What decides where the cache lies; `process` has this shape. */
export interface CacheSurroundings {
  platform: NodeJS.Platform;
  env: NodeJS.ProcessEnv;
  home: string;
}

/**
 * The folder where the n8n for demo and e2e is kept, outside the checkout: 2.9 GB that must survive `git clean`, and that
 * several checkouts share.
 *
 * @returns WECHAT_ILINK_CACHE if it is set, else a folder of ours in the user's cache folder.
 */
export function cacheFolder(
  { platform, env, home }: CacheSurroundings = {
    platform: process.platform,
    env: process.env,
    home: homedir(),
  },
): string {
  if (env.WECHAT_ILINK_CACHE) return env.WECHAT_ILINK_CACHE;
  if (platform === 'win32') return join(env.LOCALAPPDATA || join(home, 'AppData', 'Local'), FOLDER);
  return join(env.XDG_CACHE_HOME || join(home, '.cache'), FOLDER);
}
