import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Progress } from '../progress';
import { npm } from './npm';

const CHECKOUT = join(__dirname, '..', '..');

export interface PackedPackage {
  name: string;
  version: string;
  /** The .tgz, exactly what `npm publish` would send. */
  tarball: string;
  sizeBytes: number;
  sha256: string;
}

/** Builds this package and packs it into `folder`. */
export async function packPackage(folder: string, progress: Progress): Promise<PackedPackage> {
  return await progress.during('Building and packing the package', async () => {
    await npm(['run', 'build'], { cwd: CHECKOUT });
    const output = await npm(['pack', '--json', '--ignore-scripts', `--pack-destination=${folder}`], {
      cwd: CHECKOUT,
    });
    const [packed] = JSON.parse(output) as Array<{
      name: string;
      version: string;
      filename: string;
      size: number;
    }>;
    if (!packed) throw new Error('npm pack packed nothing');
    const tarball = join(folder, packed.filename);
    const sha256 = createHash('sha256')
      .update(await readFile(tarball))
      .digest('hex');
    return { name: packed.name, version: packed.version, tarball, sizeBytes: packed.size, sha256 };
  });
}

/**
 * Installs the package and its runtime dependencies into n8n's folder for community nodes, as n8n does it when a user installs
 * one: without scripts, development dependencies and peers (n8n brings n8n-workflow itself).
 */
export async function installPackage(
  userFolder: string,
  packed: PackedPackage,
  progress: Progress,
): Promise<void> {
  const folder = join(userFolder, '.n8n', 'nodes');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'installed-nodes', private: true }));
  const flags = [
    '--ignore-scripts',
    '--omit=dev',
    '--omit=peer',
    '--legacy-peer-deps',
    '--no-audit',
    '--no-fund',
  ];
  await progress.during(`Installing ${packed.name} ${packed.version} into n8n`, async () => {
    await npm(['install', packed.tarball, '--prefer-offline', ...flags], { cwd: folder });
  });
}

/** Packs this package as a user would get it, and installs it below `userFolder`. */
export async function packAndInstall(userFolder: string, progress: Progress): Promise<PackedPackage> {
  const folder = await mkdtemp(join(tmpdir(), 'wechat-ilink-pack-'));
  try {
    const packed = await packPackage(folder, progress);
    await installPackage(userFolder, packed, progress);
    return packed;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
