import type { ProcessRole } from '../../../bot/sharing';

/**
 * What this process is, by how n8n was started.
 *
 * @param args as in `process.argv`
 */
export function roleOf(env: NodeJS.ProcessEnv, args: readonly string[]): ProcessRole | undefined {
  if (env.EXECUTIONS_MODE !== 'queue') return undefined;
  if (args.includes('worker')) return 'worker';
  return args.includes('webhook') ? 'webhook' : 'main';
}
