import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';

import { startEmulator, type Emulator } from '../emulator';
import { packAndInstall } from './n8n/package';
import { createProgress } from './progress';

/** What `npm install` links, below the folder that {@link packAndInstall} installs into. */
const COMMAND = ['.n8n', 'nodes', 'node_modules', '.bin', 'n8n-nodes-wechat-ilink'];

/**
 * Installs the packed package into an empty folder, and has its command carry a login through against the emulator: with the
 * files and the dependencies that a user gets, and no others.
 *
 * @returns a sentence about what was done
 * @throws Error when the login does not end with the token in the file
 */
export async function checkCommand(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'wechat-ilink-command-'));
  const emulator = await startEmulator();
  try {
    const { name, version } = await packAndInstall(folder, createProgress());
    const file = join(folder, 'login.json');
    await logIn(join(folder, ...COMMAND), emulator, file);
    const { botToken } = JSON.parse(await readFile(file, 'utf8')) as { botToken: string };
    if (!emulator.world.bots.withToken(botToken))
      throw new Error('The command has written a token that does not work');
    return `${name} ${version}, installed elsewhere, logs in (Node ${process.versions.node})`;
  } finally {
    await emulator.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** The person is played by the events of `--json`: a code is scanned, a scan is confirmed. */
async function logIn(command: string, emulator: Emulator, file: string): Promise<void> {
  const args = ['login', '--json', '--api-base-url', emulator.apiUrl, '--output', file];
  const env = { ...process.env, PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ''}` };
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = once(child, 'close') as Promise<[number | null]>;
  let qrUrl = '';
  for await (const line of createInterface({ input: child.stdout })) {
    const event = JSON.parse(line) as { status: string; url?: string };
    if (event.status === 'qr') emulator.scan((qrUrl = event.url ?? ''));
    if (event.status === 'scaned') emulator.confirm(qrUrl);
  }
  const [exitCode] = await closed;
  if (exitCode !== 0) throw new Error(`The installed command ended with ${exitCode}`);
}
