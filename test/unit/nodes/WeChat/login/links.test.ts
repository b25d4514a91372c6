import { join } from 'node:path';

import { closePage, openPage, openPages, pageName } from '../../../../../nodes/WeChat/login/links';
import { SqliteStore } from '../../../../../store/sqlite/sqlite-store';
import { removeTempFolders, tempFolder } from '../../../../support/temp-folder';

describe('The login pages that are open', () => {
  let store: SqliteStore;
  beforeEach(() => {
    store = SqliteStore.open(join(tempFolder(), 'wechat.sqlite'), 0, () => undefined);
  });
  afterEach(() => store.close());
  afterAll(removeTempFolders);

  const page = (workflowId: string, url = `https://n8n/${workflowId}`) => ({
    page: pageName(workflowId, 'node'),
    url,
    workflowId,
  });

  it('are given with those of the own workflow first', async () => {
    for (const id of ['a', 'b', 'c']) await openPage(store, page(id));
    expect((await openPages(store, 'b')).map(({ workflowId }) => workflowId)).toEqual(['b', 'a', 'c']);
    expect((await openPages(store)).map(({ url }) => url)).toEqual([
      'https://n8n/a',
      'https://n8n/b',
      'https://n8n/c',
    ]);
  });

  it('have one address each: the newest', async () => {
    await openPage(store, page('a', 'https://old'));
    await openPage(store, page('a', 'https://new'));
    expect(await openPages(store)).toEqual([page('a', 'https://new')]);
  });

  it('close under their own address only', async () => {
    await openPage(store, page('a'));
    await closePage(store, 'a:node', 'https://n8n/test');
    expect(await openPages(store)).toHaveLength(1);
    await closePage(store, 'a:node', 'https://n8n/a');
    await closePage(store, 'a:node', 'https://n8n/a');
    expect(await openPages(store)).toEqual([]);
  });
});
