import { LoginStop } from '../../../login/runner';
import type { PublicApi } from './publicApi';

/** Whose page it is, and with which credential for n8n's API it writes. */
export interface Publisher {
  projectId: string;
  /** Of the "n8n API" credential. */
  apiCredentialId: string;
}

const PAGE = 250;
/** More credentials than any n8n has. */
const MOST_PAGES = 100;
/** The key may not list credentials: it is not an owner's or admin's, or has not the scope. Then nobody can say. */
const CANNOT_SAY = [200, 400, 403, 404, 405];

/**
 * Refuses a page that writes with a key which its project may not use. n8n checks that where it starts an execution, and not where it
 * calls the webhook or the trigger of a node; and without a licence for sharing it does not when a workflow is saved either.
 *
 * @throws LoginStop
 */
export async function refuseForeignKey(
  api: PublicApi,
  { projectId, apiCredentialId }: Publisher,
): Promise<void> {
  let cursor = '';
  for (let page = 0; page < MOST_PAGES; page++) {
    const { statusCode, body } = await api.call('GET', `/credentials?limit=${PAGE}${cursor}`, CANNOT_SAY);
    if (statusCode !== 200 || !Array.isArray(body.data)) return;
    const found = (body.data as unknown[]).map(readEntry).find(({ id }) => id === apiCredentialId);
    if (found) {
      if (found.projects.includes(projectId) || (await isGlobal(api, apiCredentialId))) return;
      throw new LoginStop(FOREIGN_KEY);
    }
    if (typeof body.nextCursor !== 'string' || body.nextCursor === '') return;
    cursor = `&cursor=${encodeURIComponent(body.nextCursor)}`;
  }
}

function readEntry(entry: unknown): { id: unknown; projects: unknown[] } {
  const { id, shared } = Object(entry) as { id?: unknown; shared?: unknown };
  const projects = Array.isArray(shared) ? shared.map((one) => (Object(one) as { id?: unknown }).id) : [];
  return { id, projects };
}

async function isGlobal(api: PublicApi, id: string): Promise<boolean> {
  const { body } = await api.call('GET', `/credentials/${encodeURIComponent(id)}`, CANNOT_SAY);
  return body.isGlobal === true;
}

const FOREIGN_KEY = {
  code: 'foreign_key',
  message:
    'The n8n API credential of this login page is not shared with its project, and nothing was written',
  next: 'Choose an n8n API credential of this project in the WeChat Login Trigger, or have its owner share it with the project.',
};
