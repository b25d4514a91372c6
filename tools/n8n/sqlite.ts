import { build } from 'esbuild';
import { accessSync, constants, existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import type { Progress } from '../progress';
import { CommandError, runCommand } from './npm';

/** `native`: the module that n8n brings, compiled here. `node`: ours, on top of node:sqlite, where nothing can compile. */
export type SqliteChoice = 'native' | 'node';

const BINDING = join('build', 'Release', 'node_sqlite3.node');

/**
 * Gives n8n a working module `sqlite3`, for which no prebuilt binary exists: compiles it where Python, make and a C++ compiler
 * are there, else puts our adapter in its place. Idempotent, and can change its mind between two calls.
 *
 * @param root the folder with n8n's node_modules.
 * @param wanted what WECHAT_ILINK_SQLITE asks for; without it, what works.
 */
export async function provideSqlite(
  root: string,
  wanted: string | undefined,
  progress: Progress,
): Promise<SqliteChoice> {
  const places = placesOf(root);
  if (wanted !== undefined && wanted !== 'native' && wanted !== 'node') {
    throw new Error(`WECHAT_ILINK_SQLITE is "${wanted}"; use "native" or "node".`);
  }
  if (wanted === 'node') return await useAdapter(places);
  const obstacle = hasBinding(places) ? undefined : (obstacleToBuild() ?? earlierFailure(places, wanted));
  if (obstacle && wanted === 'native') throw new Error(`sqlite3 cannot be compiled here: ${obstacle}.`);
  if (obstacle) {
    progress.say(`sqlite3: ${obstacle}, so n8n gets an adapter to Node's own SQLite instead.`);
    return await useAdapter(places);
  }
  return await useNative(places, wanted, progress);
}

interface Places {
  root: string;
  /** Where n8n looks. */
  active: string;
  /** Where n8n's own module lies while ours stands in for it. */
  parked: string;
  /** What the compiler said when it failed; as long as it lies there, nothing is compiled again. */
  failure: string;
}

function placesOf(root: string): Places {
  return {
    root,
    active: join(root, 'node_modules', 'sqlite3'),
    parked: join(root, 'sqlite3-of-n8n'),
    failure: join(root, 'sqlite3-did-not-compile.log'),
  };
}

function hasBinding({ active, parked }: Places): boolean {
  return existsSync(join(active, BINDING)) || existsSync(join(parked, BINDING));
}

async function useNative(
  places: Places,
  wanted: string | undefined,
  progress: Progress,
): Promise<SqliteChoice> {
  await unpark(places);
  if (hasBinding(places)) return 'native';
  try {
    await progress.during('Compiling sqlite3 for this Node (1-3 min)', async (step) => {
      await compile(places, (line) => {
        const [, file] = /^ {2}\w+\(target\) (?:.*\/)?(\S+)$/.exec(line) ?? [];
        if (file) step.detail(file);
      });
    });
    return 'native';
  } catch (error) {
    if (wanted === 'native' || !(error instanceof CommandError)) throw error;
    await writeFile(places.failure, error.message);
    progress.say(`sqlite3 did not compile; its output is in ${places.failure}`);
    progress.say("n8n gets an adapter to Node's own SQLite instead.");
    return await useAdapter(places);
  }
}

/** A compilation that failed would fail again, and costs minutes. */
function earlierFailure({ failure }: Places, wanted: string | undefined): string | undefined {
  return wanted !== 'native' && existsSync(failure)
    ? `it did not compile here before (${failure})`
    : undefined;
}

async function unpark({ active, parked }: Places): Promise<void> {
  if (!existsSync(parked)) return;
  await rm(active, { recursive: true, force: true });
  await rename(parked, active);
}

async function compile({ root, active }: Places, onLine: (line: string) => void): Promise<void> {
  const nodeGyp = join(root, 'node_modules', 'node-gyp', 'bin', 'node-gyp.js');
  const args = [nodeGyp, 'rebuild', '--release', `--nodedir=${nodeFolder()}`];
  await runCommand(process.execPath, args, { cwd: active, onLine });
}

async function useAdapter(places: Places): Promise<SqliteChoice> {
  const { active, parked } = places;
  if (!existsSync(parked)) await rename(active, parked);
  await mkdir(active, { recursive: true });
  await build({
    entryPoints: [join(__dirname, 'sqlite3-on-node', 'index.ts')],
    outfile: join(active, 'index.js'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    logLevel: 'warning',
  });
  await writeFile(
    join(active, 'package.json'),
    JSON.stringify({
      name: 'sqlite3',
      version: '5.1.7',
      main: 'index.js',
      description: 'sqlite3 on node:sqlite',
    }),
  );
  return 'node';
}

/** Why nothing can be compiled here, or undefined when it can be tried. */
export function obstacleToBuild(
  platform: NodeJS.Platform = process.platform,
  env: NodeJS.ProcessEnv = process.env,
  hasHeaders: boolean = existsSync(join(nodeFolder(), 'include', 'node', 'node.h')),
): string | undefined {
  if (platform === 'win32') return 'it is not compiled on Windows';
  if (!hasHeaders) return "this Node's C++ headers are missing";
  const missing = [['python3', 'python'], ['make'], ['g++', 'c++', 'clang++']].filter(
    (names) => !names.some((name) => isOnPath(name, env)),
  );
  if (missing.length === 0) return undefined;
  return `no ${missing.map(([name]) => name).join(' and no ')} on this machine`;
}

/** The folder of the running Node: <folder>/bin/node, with its headers in <folder>/include. */
function nodeFolder(): string {
  return dirname(dirname(process.execPath));
}

function isOnPath(name: string, env: NodeJS.ProcessEnv): boolean {
  return (env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
