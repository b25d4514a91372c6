import { join } from 'node:path';

import { LoginService } from '../../../../../login/service';
import { botKeyOf } from '../../../../../ilink/credential';
import { proofOf } from '../../../../../login/proof';
import { accountOf } from '../../../../../nodes/WeChat/login/accounts';
import { openPage, pageName, type LoginPage } from '../../../../../nodes/WeChat/login/links';
import { noteOwner, renewalOf } from '../../../../../nodes/WeChat/trigger/renewal';
import { SqliteStore } from '../../../../../store/sqlite/sqlite-store';
import { FakeClock } from '../../../../support/fake-clock';
import { removeTempFolders, tempFolder } from '../../../../support/temp-folder';

describe('A login is needed', () => {
  let store: SqliteStore;
  beforeEach(() => {
    store = SqliteStore.open(join(tempFolder(), 'wechat.sqlite'), 0, () => undefined);
  });
  afterEach(() => store.close());
  afterAll(removeTempFolders);

  const context = (workflowId: string) =>
    ({
      getNode: () => ({ credentials: { weChatBotApi: { id: 'c1', name: 'Mine' } } }),
      getWorkflow: () => ({ id: workflowId }),
      additionalData: { projectId: workflowId.split('@')[1] },
    }) as never;
  const credential = { botToken: 'token', ownerUserId: 'typed@im.wechat' };
  const renew = (workflowId: string, given = credential) => {
    const logins = new LoginService({
      store: async () => store,
      clock: new FakeClock(),
      report: () => undefined,
    });
    return renewalOf(context(workflowId), given, { logins, store: async () => store });
  };
  const open = (terms: Partial<LoginPage> = {}) =>
    openPage(store, {
      page: pageName('w1@a', 'node'),
      url: 'https://n8n/a',
      workflowId: 'w1@a',
      projectId: 'a',
      linkMakers: 'project',
      ...terms,
    });

  it('gives a link to a page of the own project, for this credential and account', async () => {
    await open();
    expect(await renew('w2@a')).toMatchObject({
      credentialId: 'c1',
      credentialName: 'Mine',
      ownerUserId: 'typed@im.wechat',
      url: expect.stringMatching(/^https:\/\/n8n\/a#/),
    });
  });

  it('gives none to a page of another project, not even where everybody may make links', async () => {
    await open({ linkMakers: 'everybody' });
    expect(await renew('w2@b')).toEqual({
      credentialId: 'c1',
      credentialName: 'Mine',
      ownerUserId: 'typed@im.wechat',
    });
  });

  it('says what to do where nothing is known of the account', async () => {
    await open();
    const renewal = await renew('w2@a', { botToken: 'token', ownerUserId: '' });
    expect(renewal).toMatchObject({
      credentialId: 'c1',
      next: expect.stringContaining('write to the bot once'),
    });
    expect(renewal).not.toHaveProperty('url');
  });

  it('believes who has scanned or written rather than what somebody has typed', async () => {
    await store.logins.prove(
      proofOf(botKeyOf(credential), 'https://ilinkai.weixin.qq.com', 'scanned@im.wechat'),
    );
    expect(await noteOwner(context('w'), credential, store)).toBe('scanned@im.wechat');
    expect(await accountOf(store, { n8n: 'https://any/api/v1', credentialId: 'c1' })).toBe(
      'scanned@im.wechat',
    );
  });
});
