#!/usr/bin/env node
import type * as Run from './run';
import { Exit, Interrupted } from './exit';
import { nodeProblem } from './node-version';
import { START } from './texts/start';

/** The command line of the package. Ctrl-C ends what is under way; a second one does not wait for that. */
async function main(): Promise<void> {
  const problem = nodeProblem(process.versions.node);
  if (problem !== undefined) {
    process.stderr.write(`${problem}\n`);
    process.exitCode = Exit.Failed;
    return;
  }
  // Only now: what it loads does not run on an old Node.
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- an import would be hoisted above the check
  const { run } = require('./run') as typeof Run;
  const ending = new AbortController();
  const interrupt = (exitCode: number): void => {
    if (ending.signal.aborted) process.exit(exitCode);
    ending.abort(new Interrupted(exitCode));
  };
  process.on('SIGINT', () => interrupt(Exit.Interrupted));
  process.on('SIGTERM', () => interrupt(143));
  const { stdin, stdout, stderr, env } = process;
  // Whoever read the output has gone (`| head`): there is nobody left to tell.
  stdout.on('error', () => process.exit(Exit.Failed));
  process.exitCode = await run(process.argv.slice(2), { stdin, stdout, stderr, env }, ending.signal, () =>
    interrupt(Exit.Interrupted),
  );
}

main().catch((error: unknown) => {
  // Only its kind: an unexpected error could carry a request, and with it a token.
  process.stderr.write(
    `${START.unexpected(error instanceof Error ? error.name : typeof error)}
`,
  );
  process.exitCode = Exit.Failed;
});
