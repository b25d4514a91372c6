import { spawn } from 'node:child_process';
import { basename } from 'node:path';
import { killWithParent } from '../shutdown';

export interface CommandOptions {
  cwd: string;
  env?: NodeJS.ProcessEnv;
  /** Every line of output, as it comes. */
  onLine?: (line: string) => void;
}

/** A command that ended with an error; `lastLines` is the end of what it printed. */
export class CommandError extends Error {
  constructor(
    command: string,
    readonly exitCode: number | null,
    readonly lastLines: string[],
  ) {
    super(`"${command}" ended with ${exitCode ?? 'a signal'}. Its last lines:\n  ${lastLines.join('\n  ')}`);
    this.name = 'CommandError';
  }
}

const KEPT_LINES = 15;

/** Runs a program to its end. @throws CommandError with its last lines when it fails. @returns its standard output. */
export async function runCommand(file: string, args: string[], options: CommandOptions): Promise<string> {
  const child = spawn(file, args, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
    shell: process.platform === 'win32' && /\.(cmd|bat)$/.test(file),
  });
  killWithParent(child);
  const lastLines: string[] = [];
  let stdout = '';
  const watch = (stream: NodeJS.ReadableStream): void => {
    let rest = '';
    stream.setEncoding('utf8').on('data', (text: string) => {
      if (stream === child.stdout) stdout += text;
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines.filter((candidate) => candidate.trim())) {
        options.onLine?.(line);
        if (line.startsWith('npm http')) continue; // our own progress, no help when it fails
        lastLines.push(line.trimEnd());
        if (lastLines.length > KEPT_LINES) lastLines.shift();
      }
    });
  };
  watch(child.stdout);
  watch(child.stderr);
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (exitCode !== 0) throw new CommandError([basename(file), ...args].join(' '), exitCode, lastLines);
  return stdout;
}

/**
 * Runs npm, on this very Node when npm started us (npm scripts name their npm in `npm_execpath`), with the settings of the
 * user and without those of this project.
 */
export async function npm(args: string[], options: CommandOptions): Promise<string> {
  const cli = process.env.npm_execpath;
  const env = withoutNpmSettings(options.env ?? process.env);
  if (cli && basename(cli).startsWith('npm')) {
    return await runCommand(process.execPath, [cli, ...args], { ...options, env });
  }
  return await runCommand(process.platform === 'win32' ? 'npm.cmd' : 'npm', args, { ...options, env });
}

/**
 * npm hands its settings to scripts in `npm_config_*`, those of the project's .npmrc included (`ignore-scripts`,
 * `legacy-peer-deps`), and an npm inside would obey them. What leads to the registry stays.
 */
export function withoutNpmSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept =
    /^npm_config_(registry|cache|userconfig|globalconfig|proxy|https_proxy|noproxy|cafile|strict_ssl|.*:.*)$/i;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^npm_/i.test(name) || kept.test(name)));
}
