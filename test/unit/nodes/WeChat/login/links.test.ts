import { join } from 'node:path';

import {
  closePage,
  openPage,
  pageName,
  pagesFor,
  refreshPage,
  testPageName,
  type LinkMakers,
} from '../../../../../nodes/WeChat/login/links';
import { SqliteStore } from '../../../../../store/sqlite/sqlite-store';
import { removeTempFolders, tempFolder } from '../../../../support/temp-folder';

describe('The login pages that are open', () => {
  let store: SqliteStore;
  beforeEach(() => {
    store = SqliteStore.open(join(tempFolder(), 'wechat.sqlite'), 0, () => undefined);
  });
  afterEach(() => store.close());
  afterAll(removeTempFolders);

  const page = (
    workflowId: string,
    url = `https://n8n/${workflowId}`,
    linkMakers: LinkMakers = 'project',
  ) => ({
    page: pageName(workflowId, 'node'),
    url,
    workflowId,
    projectId: `project of ${workflowId[0]!}`,
    linkMakers,
  });
  const caller = (workflowId: string) => ({ workflowId, projectId: `project of ${workflowId[0]!}` });
  const urlsFor = async (
    ...given: Parameters<typeof pagesFor> extends [unknown, ...infer Rest] ? Rest : never
  ) => (await pagesFor(store, ...given)).usable.map(({ url }) => url.replace('https://n8n/', ''));

  it('are for their own workflow first, then for the others of the project, and for nobody else', async () => {
    for (const id of ['a1', 'a2', 'b1']) await openPage(store, page(id));
    expect(await urlsFor(caller('a2'))).toEqual(['a2', 'a1']);
    expect(await pagesFor(store, caller('c1'))).toEqual({ usable: [], closed: 3 });
    expect(await pagesFor(store, undefined)).toEqual({ usable: [], closed: 3 });
  });

  it('are for everybody where the publisher allows it, and for the own workflow only where that is wanted', async () => {
    await openPage(store, page('a1', 'all', 'everybody'));
    await openPage(store, page('b1', 'own', 'workflow'));
    expect(await urlsFor(caller('c1'))).toEqual(['all']);
    expect(await urlsFor(undefined)).toEqual(['all']);
    expect(await urlsFor(caller('b2'))).toEqual(['all']);
    expect(await urlsFor(caller('b1'))).toEqual(['own', 'all']);
  });

  it('are for their own workflow only where n8n tells no project', async () => {
    const { projectId: _none, ...untold } = page('a1');
    await openPage(store, untold);
    expect(await urlsFor({ workflowId: 'a2' })).toEqual([]);
    expect(await urlsFor({ workflowId: 'a1' })).toEqual(['a1']);
    expect(await urlsFor({ workflowId: '' })).toEqual([]);
  });

  it('have one address each: the newest', async () => {
    await openPage(store, page('a', 'old'));
    await openPage(store, page('a', 'new'));
    expect(await urlsFor(caller('a'))).toEqual(['new']);
  });

  it('close under their own address only', async () => {
    await openPage(store, page('a'));
    await closePage(store, 'a:node', 'https://n8n/test');
    expect(await urlsFor(caller('a'))).toHaveLength(1);
    await closePage(store, 'a:node', 'https://n8n/a');
    await closePage(store, 'a:node', 'https://n8n/a');
    expect(await urlsFor(caller('a'))).toEqual([]);
  });

  it('of a test are for links that ask for them, and for a while only', async () => {
    await openPage(store, page('a'));
    const test = { ...page('a', 'tested'), page: testPageName('a', 'node'), isTest: true as const };
    await openPage(store, test, 1_000, 5_000);
    expect(await urlsFor(caller('a'), { now: 2_000 })).toEqual(['a']);
    expect(await urlsFor(caller('a'), { now: 2_000, isTest: true })).toEqual(['tested']);
    expect(await urlsFor(caller('a'), { now: 7_000, isTest: true })).toEqual([]);
  });

  it('from before the terms are for their workflow, until its next start tells the rest', async () => {
    const body = JSON.stringify({ url: 'https://n8n/a1', workflowId: 'a1' });
    const document = { key: 'a1:node', body, expiresAt: Number.MAX_SAFE_INTEGER };
    await store.documents.write('login-page', document, undefined, 0);
    expect(await urlsFor(caller('a2'))).toEqual([]);
    expect(await urlsFor(caller('a1'))).toEqual(['a1']);
    await refreshPage(store, 'a1:node', { projectId: 'project of a', linkMakers: 'project' });
    await refreshPage(store, 'closed:node', { linkMakers: 'everybody' });
    expect(await urlsFor(caller('a2'))).toEqual(['a1']);
  });
});

describe('The name of a page', () => {
  it('is one for each node, whatever workflows and nodes are called', () => {
    const ids = ['a', 'b', 'a:b', 'test', 'test:a', '', '%3A', 'a%3Ab'];
    const names = ids.flatMap((one) => ids.flatMap((two) => [pageName(one, two), testPageName(one, two)]));
    expect(new Set(names).size).toBe(ids.length ** 2 * 2);
  });

  it('is the one that links from before have', () => {
    expect(pageName('aB3', '0f-1e')).toBe('aB3:0f-1e');
  });
});
