import { START } from './texts/start';

/** Node 22 is the first whose JSON.parse gives the digits of large ids. n8n itself needs that version or a newer one. */
const OLDEST_NODE = 22;

/** What is wrong with this Node, or undefined. Kept apart from everything else: nothing else may be loaded before. */
export function nodeProblem(version: string): string | undefined {
  if (Number(version.split('.')[0]) >= OLDEST_NODE) return undefined;
  return START.oldNode(version, OLDEST_NODE);
}
