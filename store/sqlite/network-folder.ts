import { readFile, realpath, statfs } from 'node:fs/promises';

import { STORE_ON_NETWORK } from '../store';

/** File systems that several machines may share: the numbers of `statfs` in Linux (linux/magic.h) and their names. */
const NETWORK: ReadonlyMap<number, string> = new Map([
  [0x6969, 'nfs'],
  [0xff534d42, 'cifs'],
  [0x517b, 'smb'],
  [0xfe534d42, 'smb2'],
  [0x5346414f, 'afs'],
  [0x00c36400, 'ceph'],
  [0x0bd00bd0, 'lustre'],
]);
const FUSE = 0x65735546;
/** FUSE is also how Docker Desktop, Unraid and NTFS show a disk of the same machine, so only these count. */
const NETWORK_FUSE =
  /^fuse\.(sshfs|s3fs|rclone|glusterfs|ceph|ceph-fuse|gcsfuse|goofys|davfs2?|juicefs|seaweedfs|mount-s3|curlftpfs)$/;

/** What is asked of the system. */
export interface FolderFacts {
  statfs(folder: string): Promise<{ type: number }>;
  realpath(folder: string): Promise<string>;
  /** The table of mounts as in `/proc/self/mounts`. */
  mounts(): Promise<string>;
}

const SYSTEM: FolderFacts = {
  statfs,
  realpath,
  mounts: () => readFile('/proc/self/mounts', 'utf8'),
};

/**
 * SQLite needs locks and shared memory that hold for everybody who has the file open. On a network file system they do not, and the
 * file is damaged without an error before.
 *
 * @param folder one that exists
 * @throws with the code {@link STORE_ON_NETWORK} and the file system as `seen`
 */
export async function refuseNetworkFolder(folder: string, facts: FolderFacts = SYSTEM): Promise<void> {
  const seen = await networkKind(folder, facts).catch(() => undefined);
  if (seen === undefined) return;
  throw Object.assign(new Error(`${STORE_ON_NETWORK}: ${seen}`), { code: STORE_ON_NETWORK, seen });
}

async function networkKind(folder: string, facts: FolderFacts): Promise<string | undefined> {
  // 32 bits that some systems give with a sign.
  const type = (await facts.statfs(folder)).type >>> 0;
  if (type !== FUSE) return NETWORK.get(type);
  const kind = kindOfMount(await facts.mounts(), await facts.realpath(folder));
  return kind !== undefined && NETWORK_FUSE.test(kind) ? kind : undefined;
}

/** The type of the mount that holds a folder: the longest mount point above it, and of equal ones the last. */
function kindOfMount(mounts: string, folder: string): string | undefined {
  let best = { point: '', kind: undefined as string | undefined };
  for (const line of mounts.split('\n')) {
    const [, escaped = '', kind] = line.split(' ');
    const point = escaped.replace(/\\(\d{3})/g, (_, octal: string) =>
      String.fromCharCode(parseInt(octal, 8)),
    );
    const holds = folder === point || folder.startsWith(point.endsWith('/') ? point : `${point}/`);
    if (point !== '' && holds && point.length >= best.point.length) best = { point, kind };
  }
  return best.kind;
}
