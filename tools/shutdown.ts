import type { ChildProcess } from 'node:child_process';

/**
 * What has to end with this process. A child in a process group of its own does not get the terminal's Ctrl+C, and would
 * otherwise live on with its port and its folder.
 */
const groups = new Set<number>();
const cleanups: Array<() => Promise<void>> = [];
let installed = false;
let endingSince: number | undefined;

const DEADLINE_MS = 20_000;
/** One Ctrl+C arrives twice: from the terminal, and from npm or tsx, which pass it on. */
const SAME_PRESS_MS = 500;

/** Kills the child's whole process group when this process ends in any way that Node can see. */
export function killWithParent(child: ChildProcess): void {
  install();
  const { pid } = child;
  if (pid === undefined) return;
  groups.add(pid);
  child.once('exit', () => {
    killGroup(pid, 'SIGKILL'); // grandchildren (n8n's task runner) that outlived their parent
    groups.delete(pid);
  });
}

/** Registers what Ctrl+C and SIGTERM do before the process ends; last registered, first run. */
export function onShutdown(cleanup: () => Promise<void>): void {
  install();
  cleanups.push(cleanup);
}

/** Sends a signal to a process group; a group that is gone is fine. */
export function killGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function install(): void {
  if (installed) return;
  installed = true;
  process.on('exit', () => groups.forEach((pid) => killGroup(pid, 'SIGKILL')));
  const signals = { SIGINT: 2, SIGTERM: 15, SIGHUP: 1 } as const;
  for (const [signal, number] of Object.entries(signals)) {
    process.on(signal, () => void endOnSignal(128 + number));
  }
}

async function endOnSignal(exitCode: number): Promise<void> {
  if (endingSince !== undefined) {
    if (Date.now() - endingSince > SAME_PRESS_MS) process.exit(exitCode); // pressed again: do not wait any longer
    return;
  }
  endingSince = Date.now();
  setTimeout(() => process.exit(exitCode), DEADLINE_MS).unref();
  for (const cleanup of cleanups.reverse()) {
    await cleanup().catch((error: unknown) => console.error(error));
  }
  process.exit(exitCode);
}
