import { join } from 'node:path';

/** Where the store is: in our folder inside n8n's own, which is `.n8n` in N8N_USER_FOLDER or in the home folder. */
export function storePath(env: NodeJS.ProcessEnv, home: string): string {
  const folder = env.WECHAT_ILINK_FOLDER || join(env.N8N_USER_FOLDER || home, '.n8n', 'wechat-ilink');
  return join(folder, 'wechat.sqlite');
}
