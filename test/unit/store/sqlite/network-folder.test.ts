import { join } from 'node:path';

import { refuseNetworkFolder, type FolderFacts } from '../../../../store/sqlite/network-folder';
import { openInTurn } from '../../../../store/sqlite/open';
import { STORE_ON_NETWORK } from '../../../../store/store';
import { removeTempFolders, tempFolder } from '../../../support/temp-folder';

describe('A folder on a network file system', () => {
  const MOUNTS = [
    'overlay / overlay rw 0 0',
    'host:/a /data/my\\040n8n fuse.sshfs rw 0 0',
    '/dev/fuse /mnt/user fuse.shfs rw 0 0',
  ].join('\n');
  const facts = (type: number): FolderFacts => ({
    statfs: async () => ({ type }),
    realpath: async (folder) => folder,
    mounts: async () => MOUNTS,
  });
  const refused = (folder: string, type: number): Promise<unknown> =>
    refuseNetworkFolder(folder, facts(type)).catch((error: unknown) => error);

  afterAll(removeTempFolders);

  it.each([
    ['nfs', 0x6969],
    ['cifs', 0xff534d42],
    ['smb2', 0xfe534d42],
    ['smb2', 0xfe534d42 | 0],
    ['ceph', 0x00c36400],
  ])('is refused: %s', async (seen, type) => {
    expect(await refused('/data', type)).toMatchObject({ code: STORE_ON_NETWORK, seen });
  });

  it.each([
    ['ext4', '/data', 0xef53],
    ['overlayfs', '/data', 0x794c7630],
    ['a folder of the host in a virtual machine (9p)', '/data', 0x01021997],
    ['FUSE for a disk of this machine', '/mnt/user/n8n', 0x65735546],
  ])('is none: %s', async (_what, folder, type) => {
    expect(await refused(folder, type)).toBeUndefined();
  });

  it('is refused behind FUSE when its mount says so', async () => {
    expect(await refused('/data/my n8n/.n8n/wechat-ilink', 0x65735546)).toMatchObject({ seen: 'fuse.sshfs' });
    expect(await refused('/data/my n8n elsewhere', 0x65735546)).toBeUndefined();
  });

  it('does not matter where the system does not say what it is', async () => {
    const silent = { ...facts(0), statfs: () => Promise.reject(new Error('not supported')) };
    await expect(refuseNetworkFolder('/data', silent)).resolves.toBeUndefined();
  });

  it('keeps the file from being opened, unless somebody who knows allows it', async () => {
    const place = { path: join(tempFolder(), 'w.sqlite'), now: () => 0, onSetAside: () => undefined };
    const folder = facts(0x6969);
    await expect(openInTurn({ ...place, folder })).rejects.toMatchObject({ code: STORE_ON_NETWORK });
    (await openInTurn({ ...place, folder, allowsNetwork: true })).close();
  });
});
