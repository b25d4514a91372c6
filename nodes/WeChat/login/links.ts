import type { LoginDesk } from '../../../bot/login/desk';
import type { LoginTarget } from '../../../bot/login/record';
import type { Store } from '../../../store/store';

const KIND = 'login-page';
const FOR_EVER = Number.MAX_SAFE_INTEGER;

/** A login page that is open: a WeChat Login Trigger in a workflow that is published. */
export interface LoginPage {
  /** Names the page among all of this n8n. */
  page: string;
  url: string;
  workflowId: string;
}

/** The page of a trigger node. */
export function pageName(workflowId: string | undefined, nodeId: string): string {
  return `${workflowId ?? ''}:${nodeId}`;
}

export async function openPage(store: Store, { page, url, workflowId }: LoginPage): Promise<void> {
  const body = JSON.stringify({ url, workflowId });
  const before = await store.slips.read(KIND, page, 0);
  await store.slips.write(KIND, { key: page, body, expiresAt: FOR_EVER }, before, 0);
}

/** The page is closed, unless it is open under another address: the one of a test in the editor closes, too. */
export async function closePage(store: Store, page: string, url: string): Promise<void> {
  const body = await store.slips.read(KIND, page, 0);
  if (body !== undefined && (JSON.parse(body) as { url: string }).url === url) {
    await store.slips.remove(KIND, page);
  }
}

/** The pages that are open, those of `workflowId` first. */
export async function openPages(store: Store, workflowId = ''): Promise<LoginPage[]> {
  const slips = await store.slips.all(KIND, 0);
  const pages = slips.map(({ key, body }) => ({
    page: key,
    ...(JSON.parse(body) as Omit<LoginPage, 'page'>),
  }));
  const own = pages.filter((page) => page.workflowId === workflowId);
  return [...own, ...pages.filter((page) => page.workflowId !== workflowId)];
}

/** A link that works for one login in one browser. The ticket stands behind the #, which no server and no log gets to see. */
export async function loginLink(
  desk: LoginDesk,
  { page, url }: LoginPage,
  target: LoginTarget,
  lifeMs: number,
): Promise<string> {
  return `${url}#${await desk.ticket(page, target, lifeMs)}`;
}
