import type { LoginService } from '../../../login/service';
import type { LoginTarget } from '../../../login/record';
import type { Store } from '../../../store/store';
import type { Caller } from './caller';

const KIND = 'login-page';
const FOR_EVER = Number.MAX_SAFE_INTEGER;

/** Whose workflows may make links for a page, besides its own. */
export type LinkMakers = 'workflow' | 'project' | 'everybody';

/** What is known of a page besides where it is. */
export interface PageTerms {
  /** Absent where n8n does not tell it. */
  projectId?: string;
  linkMakers: LinkMakers;
  /** Address of the n8n in which it writes credentials. */
  n8n?: string;
}

/** A login page that is open: a WeChat Login Trigger in a workflow that is published, or that listens for a test. */
export interface LoginPage extends PageTerms {
  /** Names the page among all of this n8n. */
  page: string;
  url: string;
  workflowId: string;
  /** The page of a test in the editor. */
  isTest?: true;
}

/** The page of a trigger node. Two pages never have one name, whatever somebody calls a workflow or a node. */
export function pageName(workflowId: string | undefined, nodeId: string): string {
  return `${encodeURIComponent(workflowId ?? '')}:${encodeURIComponent(nodeId)}`;
}

/** The same page in a test of the editor: it has tickets of its own. */
export function testPageName(workflowId: string | undefined, nodeId: string): string {
  return `test:${pageName(workflowId, nodeId)}`;
}

/** @param lifeMs how long it stays open by itself; by default until it is closed */
export async function openPage(
  store: Store,
  { page, ...rest }: LoginPage,
  now = 0,
  lifeMs?: number,
): Promise<void> {
  const before = await store.documents.read(KIND, page, now);
  const expiresAt = lifeMs === undefined ? FOR_EVER : now + lifeMs;
  await store.documents.write(KIND, { key: page, body: JSON.stringify(rest), expiresAt }, before, now);
}

/** Tells anew what is known of a page that is open. */
export async function refreshPage(store: Store, page: string, terms: PageTerms): Promise<void> {
  const before = await store.documents.read(KIND, page, 0);
  if (before === undefined) return;
  const body = JSON.stringify({ ...(JSON.parse(before) as object), ...terms });
  if (body !== before) await store.documents.write(KIND, { key: page, body, expiresAt: FOR_EVER }, before, 0);
}

/** The page is closed, unless it is open under another address. */
export async function closePage(store: Store, page: string, url: string): Promise<void> {
  const body = await store.documents.read(KIND, page, 0);
  if (body !== undefined && (JSON.parse(body) as { url: string }).url === url) {
    await store.documents.remove(KIND, page);
  }
}

async function openPages(store: Store, now: number): Promise<LoginPage[]> {
  const documents = await store.documents.list(KIND, now);
  return documents.map(({ key, body }) => {
    const page = JSON.parse(body) as Omit<LoginPage, 'page' | 'linkMakers'> & Partial<PageTerms>;
    // One from before the terms: its next start tells them.
    return { linkMakers: 'project', ...page, page: key };
  });
}

/** How near the caller is to a page. `foreign`: only what its publisher has allowed to everybody. */
export type Nearness = 'own' | 'project' | 'foreign';

export function nearness({ workflowId, projectId }: LoginPage, caller: Caller | undefined): Nearness {
  if (caller === undefined) return 'foreign';
  if (caller.workflowId !== '' && caller.workflowId === workflowId) return 'own';
  return caller.projectId !== undefined && caller.projectId === projectId ? 'project' : 'foreign';
}

const ALLOWED: Record<LinkMakers, readonly Nearness[]> = {
  workflow: ['own'],
  project: ['own', 'project'],
  everybody: ['own', 'project', 'foreign'],
};

export function isLinkMakers(value: string): value is LinkMakers {
  return Object.hasOwn(ALLOWED, value);
}

/** Whether the caller may make links for the page. */
function mayMakeLinks(page: LoginPage, caller: Caller | undefined): boolean {
  return ALLOWED[page.linkMakers].includes(nearness(page, caller));
}

const ORDER: readonly Nearness[] = ['own', 'project', 'foreign'];

export interface Pages {
  /** The nearest first. */
  usable: LoginPage[];
  /** How many are open that the caller may not use. */
  closed: number;
}

/** The pages that are open for `caller`. */
export async function pagesFor(
  store: Store,
  caller: Caller | undefined,
  { now = 0, isTest = false } = {},
): Promise<Pages> {
  const open = (await openPages(store, now)).filter((page) => (page.isTest === true) === isTest);
  const usable = open.filter((page) => mayMakeLinks(page, caller));
  const rank = (page: LoginPage): number => ORDER.indexOf(nearness(page, caller));
  return {
    usable: usable.sort((one, other) => rank(one) - rank(other)),
    closed: open.length - usable.length,
  };
}

/** A link that works for one login in one browser. The ticket stands behind the #, which no server and no log gets to see. */
export async function loginLink(
  logins: LoginService,
  { page, url }: LoginPage,
  target: LoginTarget,
  lifeMs: number,
): Promise<string> {
  return `${url}#${await logins.ticket(page, target, lifeMs)}`;
}
